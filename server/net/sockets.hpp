// server/net/sockets.hpp: the leanest sockets that this system has.
// Thread: that of the loop they are made on.
// Owner: see epoll_stream.hpp, asio_stream.hpp.
#pragma once

#ifdef __linux__
#include "server/net/epoll_stream.hpp"
namespace tertulia::net {
using native_sockets = epoll_sockets;
}
#else
#include "server/net/asio_stream.hpp"
namespace tertulia::net {
using native_sockets = asio_sockets;
}
#endif
