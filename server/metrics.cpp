// server/metrics.cpp: from counters to metric families; prometheus-cpp writes the text.
// Thread: any.
// Owner: nobody.
#include "server/metrics.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <limits>

namespace tertulia {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

/// A family with one value for each shard.
template <class Of>
MetricFamily family(const std::vector<chat::shard_stats>& shards, MetricType type, const char* name, const char* help,
                    Of of) {
    MetricFamily f{name, help, type, {}};
    for (const auto& s : shards) {
        ClientMetric m;
        m.label.push_back({"shard", std::to_string(s.shard)});
        const auto value = static_cast<double>(of(s));
        if (type == MetricType::Counter) {
            m.counter.value = value;
        } else {
            m.gauge.value = value;
        }
        f.metric.push_back(std::move(m));
    }
    return f;
}

MetricFamily latency(const std::vector<chat::shard_stats>& shards) {
    MetricFamily f{"tertulia_delivery_latency_seconds",
                   "From the publishing of an event to the write that carries it to a client.",
                   MetricType::Histogram,
                   {}};
    ClientMetric m;
    std::uint64_t so_far = 0;
    for (std::size_t b = 0; b <= hub::latency_bounds_s.size(); ++b) {
        for (const auto& s : shards) so_far += s.hub.latency[b];
        const bool last = b == hub::latency_bounds_s.size();
        m.histogram.bucket.push_back(
            {so_far, last ? std::numeric_limits<double>::infinity() : hub::latency_bounds_s[b]});
    }
    m.histogram.sample_count = so_far;
    for (const auto& s : shards) m.histogram.sample_sum += s.hub.latency_sum_s;
    f.metric.push_back(std::move(m));
    return f;
}

}  // namespace

std::string write_metrics(const std::vector<chat::shard_stats>& shards) {
    const auto counter = [&](const char* name, const char* help, auto of) {
        return family(shards, MetricType::Counter, name, help, of);
    };
    const auto gauge = [&](const char* name, const char* help, auto of) {
        return family(shards, MetricType::Gauge, name, help, of);
    };
    using stats = chat::shard_stats;
    const std::vector<MetricFamily> all{
        gauge("tertulia_connections", "WebSocket connections that are open.", [](const stats& s) { return s.clients; }),
        gauge("tertulia_rooms", "Rooms that are awake.", [](const stats& s) { return s.rooms; }),
        gauge("tertulia_guests", "Guests whose names are kept.", [](const stats& s) { return s.guests; }),
        gauge("tertulia_room_queue", "Commands that wait for their room.", [](const stats& s) { return s.queued; }),
        gauge("tertulia_ring_bytes", "Memory of the rings of rooms with traffic.",
              [](const stats& s) { return s.ring_bytes; }),
        gauge("tertulia_log_bytes", "Memory of the logs.", [](const stats& s) { return s.log.bytes; }),
        counter("tertulia_sockets_total", "Sockets accepted.", [](const stats& s) { return s.connections.accepted; }),
        counter("tertulia_refused_total", "Sockets refused because there were too many.",
                [](const stats& s) { return s.connections.refused; }),
        counter("tertulia_http_requests_total", "HTTP requests, upgrades included.",
                [](const stats& s) { return s.connections.http_requests; }),
        counter("tertulia_upgrades_total", "Requests that became WebSocket connections.",
                [](const stats& s) { return s.connections.upgraded; }),
        counter("tertulia_commands_total", "Commands read.", [](const stats& s) { return s.connections.commands; }),
        counter("tertulia_errors_total", "Commands answered with an error.",
                [](const stats& s) { return s.connections.errors; }),
        counter("tertulia_rate_limited_total", "Commands refused because a user gave too many.",
                [](const stats& s) { return s.connections.rate_limited; }),
        counter("tertulia_silent_total", "Connections closed with 4108.",
                [](const stats& s) { return s.connections.closed_silent; }),
        counter("tertulia_violations_total", "Connections closed because they broke the framing.",
                [](const stats& s) { return s.connections.violations; }),
        counter("tertulia_messages_total", "Events logged.", [](const stats& s) { return s.log.events; }),
        counter("tertulia_commits_total", "Transactions of the store; each may hold events of many rooms.",
                [](const stats& s) { return s.log.commits; }),
        counter("tertulia_commits_failed_total", "Of these, those that failed and stored nothing.",
                [](const stats& s) { return s.log.failures; }),
        counter("tertulia_reads_total", "Questions to the database.", [](const stats& s) { return s.log.reads; }),
        gauge("tertulia_readers_lent", "Read connections of the store that are in use.",
              [](const stats& s) { return s.log.readers.lent; }),
        gauge("tertulia_readers_idle", "Read connections of the store that wait for use.",
              [](const stats& s) { return s.log.readers.idle; }),
        counter("tertulia_readers_made_total", "Read connections of the store that were opened.",
                [](const stats& s) { return s.log.readers.made; }),
        counter("tertulia_readers_failed_total", "Those that could not be opened, or broke.",
                [](const stats& s) { return s.log.readers.failed + s.log.readers.unhealthy; }),
        counter("tertulia_reads_given_up_total", "Reads that ended before there was a connection for them.",
                [](const stats& s) { return s.log.readers.gave_up; }),
        counter("tertulia_deliveries_total", "Logged events written to clients.",
                [](const stats& s) { return s.hub.deliveries; }),
        counter("tertulia_lagged_total", "Events that clients were told they would not be sent.",
                [](const stats& s) { return s.hub.lagged; }),
        counter("tertulia_sends_total", "Writes to sockets.", [](const stats& s) { return s.hub.sends; }),
        counter("tertulia_bytes_out_total", "Bytes written to chat clients.",
                [](const stats& s) { return s.hub.bytes; }),
        counter("tertulia_bytes_in_total", "Bytes read from sockets.",
                [](const stats& s) { return s.connections.bytes_in; }),
        latency(shards),
    };
    return prometheus::TextSerializer{}.Serialize(all);
}

}  // namespace tertulia
