// server/page.hpp: the browser client over HTTP: its files, with the headers that let a browser keep them.
// Thread: any; plain functions.
// Owner: nobody.
#pragma once

#include "server/http/request.hpp"
#include "server/http/response.hpp"
#include "web/assets.hpp"

namespace tertulia {

/// The answer to GET or HEAD of a file: compressed where the client takes that, 304 where it has it already. All but
/// "/" may be kept for ever; "/" is asked for anew each time, and only it needs a policy, for that is the document's.
[[nodiscard]] http::response page_file(const web::asset& file, const http::request& asked);

}  // namespace tertulia
