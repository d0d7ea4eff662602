// server/metrics.hpp: the text of /metrics, in Prometheus' exposition format.
// Thread: any; a function of its arguments.
// Owner: nobody.
#pragma once

#include "server/chat/stats.hpp"

#include <string>
#include <vector>

namespace tertulia {

/// Adds up what the shards have counted; what shows how the load is spread is told for each shard.
[[nodiscard]] std::string write_metrics(const std::vector<chat::shard_stats>& shards);

}  // namespace tertulia
