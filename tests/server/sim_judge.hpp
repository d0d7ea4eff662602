// tests/server/sim_judge.hpp: what all simulated clients have seen together, and what of it breaks a promise.
// Thread: the test loop's.
// Owner: the test.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace tertulia::sim {

/// How often what a simulation is about has happened: one in which nothing was lost proves nothing about loss.
struct tally {
    std::uint64_t events = 0;
    std::uint64_t posted = 0;
    std::uint64_t duplicates = 0;      ///< answered with the first one's seq
    std::uint64_t recovered = 0;       ///< joins that went on where they were
    std::uint64_t moved_on = 0;        ///< joins that asked for it and got a new start
    std::uint64_t lagged = 0;          ///< followers that were told what they won't be sent
    std::uint64_t resumed = 0;         ///< the same guest again
    std::uint64_t parted = 0;          ///< by another connection of the same guest
    std::uint64_t closed_silent = 0;   ///< 4108
    std::uint64_t told_to_return = 0;  ///< 1001

    tally& operator+=(const tally& o) {
        events += o.events;
        posted += o.posted;
        duplicates += o.duplicates;
        recovered += o.recovered;
        moved_on += o.moved_on;
        lagged += o.lagged;
        resumed += o.resumed;
        parted += o.parted;
        closed_silent += o.closed_silent;
        told_to_return += o.told_to_return;
        return *this;
    }
};

class judge {
public:
    std::vector<std::string> faults;
    std::vector<std::string> retry_ms;  ///< what each client was told with 1001
    tally counts;

    void fault(const std::string& who, const std::string& what) { faults.push_back(who + ": " + what); }

    /// A client was sent an event: every other one must get the same bytes under this number, and `text` no second
    /// number.
    void saw(const std::string& who, const std::string& room, const std::string& epoch, std::uint64_t seq,
             const std::string& bytes, const std::string& text) {
        const auto [known, is_new] = log_.try_emplace({room, epoch, seq}, bytes);
        if (!is_new && known->second != bytes) fault(who, "another saw " + known->second + " and not " + bytes);
        stands(who, room, epoch, seq, text);
    }
    /// An event was acknowledged.
    void stands(const std::string& who, const std::string& room, const std::string& epoch, std::uint64_t seq,
                const std::string& text) {
        auto& newest = newest_[{room, epoch}];
        newest = std::max(newest, seq);
        const auto [first, is_new] = numbers_.try_emplace({room, epoch, text}, seq);
        if (!is_new && first->second != seq) {
            fault(who, text + " stands twice in " + room + ": " + std::to_string(first->second) + " and " +
                           std::to_string(seq));
        }
    }
    /// The newest event that anybody knows of.
    [[nodiscard]] std::uint64_t newest(const std::string& room, const std::string& epoch) const {
        const auto found = newest_.find({room, epoch});
        return found == newest_.end() ? 0 : found->second;
    }

private:
    std::map<std::tuple<std::string, std::string, std::uint64_t>, std::string> log_;
    std::map<std::tuple<std::string, std::string, std::string>, std::uint64_t> numbers_;
    std::map<std::pair<std::string, std::string>, std::uint64_t> newest_;
};

}  // namespace tertulia::sim
