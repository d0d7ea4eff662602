// server/maintenance.cpp: the store's own functions, and words for who called them.
// Thread: main.
// Owner: see the header.
#include "server/maintenance.hpp"

#include "server/store/sqlite_backup.hpp"
#include "server/store/sqlite_check.hpp"
#include "server/store/sqlite_scrubber.hpp"

#include <cstdio>

namespace tertulia {

namespace {

int refused(const std::string& why) {
    std::fprintf(stderr, "tertulia: %s\n", why.c_str());
    return 1;
}

int done(const std::string& what) {
    std::puts(what.c_str());
    return 0;
}

}  // namespace

int carry_out(const backup_task& what) {
    const auto made = store::back_up(what.database, what.to);
    if (!made) return refused(made.error().detail);
    return done(what.to + " holds all of " + what.database);
}

int carry_out(const restore_task& what) {
    const auto kept = store::restore(what.database, what.from);
    if (!kept) return refused(kept.error().detail);
    return done(what.database + " holds what " + what.from + " does" +
                (kept->empty() ? std::string{} : "; the old one is kept as " + *kept));
}

int carry_out(const scrub_task& what) {
    const auto any = store::scrub_database(what.database);
    if (!any) return refused(what.database + " can't be scrubbed: " + any.error().detail);
    return done(what.database + (*any ? ": what was deleted is gone" : ": there was nothing to be rid of"));
}

int carry_out(const check_task& what) {
    const auto found = store::check_database(what.database, what.quick);
    if (!found) return refused(found.error().detail);
    for (const std::string& fault : found->faults) (void)refused(what.database + ": " + fault);
    if (!found->faults.empty()) return 1;
    if (found->pages_only) {
        return done(what.database + ": its pages are in order; of what they say nothing was checked, for it is of an " +
                    "older version, which the next start brings forward");
    }
    return done(what.database + ": in order, " + std::to_string(found->rooms) + " rooms with " +
                std::to_string(found->events) + " events");
}

}  // namespace tertulia
