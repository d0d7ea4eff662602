// tests/server/disk_faults.cpp: whatever step of the disk fails: what was told to be stored is there, and nothing else.
// Thread: the test's; the store's own threads work beside it.
// Owner: server_tests.
#include "tests/server/faulty_disk.hpp"
#include "tests/server/store_support.hpp"

#include <array>
#include <map>
#include <memory>

using namespace tertulia;
using protocol::code;
using store::sqlite::connection;
using test::disk_fault;

namespace {

constexpr std::array rooms{"a", "b", "c"};

/// A command, and what its author was told last.
struct said {
    std::string room;
    std::string text;  // another for each, and so is the key
    std::optional<store::taken> answer{};
};

/// To begin with; made once.
const std::string& empty_database() {
    static const test::temporary_folder folder;
    static const std::string path = [] {
        const std::string made = folder / "log.db";
        REQUIRE(store::sqlite_keeper::open(made, store::durability::full, "boot 1"));
        return made;
    }();
    return path;
}

/// A server's store on a disk that fails, and all that anybody was told.
class world {
public:
    explicit world(test::faulty_disk& on) : disk(on) {}

    void start() {
        if (!std::filesystem::exists(path_)) std::filesystem::copy_file(empty_database(), path_);
        auto opened = try_to_start();
        REQUIRE_MESSAGE(opened, opened.error().detail);
    }
    core::result<> try_to_start() {
        auto opened = store::sqlite_keeper::open(path_, store::durability::full, "boot 1");
        if (!opened) return tl::unexpected<core::error>(opened.error());
        keeper_ = std::move(*opened);
        log_ = keeper_->log_for({loop_.on(), loop_.random(), {}});
        for (const char* room : rooms) (void)loop_.run(log_->open(loop_.ctx(), room));
        return {};
    }
    /// As the system ends a process.
    void end() {
        log_.reset();
        keeper_.reset();
    }
    core::result<> end_well() {
        log_.reset();
        auto how = keeper_->close();
        keeper_.reset();
        return how;
    }

    void post(const std::string& room, const std::string& text) { post(all_.emplace_back(said{room, text})); }
    /// What has no `ok` is sent again, and is carried out at most once.
    void post_again() {
        for (said& s : all_) {
            const std::optional<store::taken> before = s.answer;
            post(s);
            REQUIRE_MESSAGE(*s.answer, s.answer->error().message);
            if (!before) continue;
            if (*before) CHECK((*s.answer)->seq == (*before)->seq);
            if (*before) CHECK((*s.answer)->duplicate);
            if (!*before && before->error().what == code::unavailable) CHECK_FALSE((*s.answer)->duplicate);
        }
    }

    /// As the files are at this moment a killed process leaves them behind.
    void leave_for(world& next) const {
        for (const char* rest : {"", "-wal"}) std::filesystem::copy_file(path_ + rest, next.path_ + rest);
        next.all_ = all_;
    }

    /// The log is what its authors were told: here, and in what another process finds that starts on the files as they
    /// are now.
    void check() const {
        disk.pause(true);
        check(path_);
        disk.pause(false);
        check_files();
    }
    void check_files() const {
        disk.pause(true);
        test::temporary_folder folder;
        const std::string copy = folder / "log.db";
        for (const char* rest : {"", "-wal"}) {
            std::error_code ignored;  // there may be no write-ahead log
            std::filesystem::copy_file(path_ + rest, copy + rest, ignored);
        }
        auto db = connection::open(copy, connection::access::write);
        REQUIRE(db);
        CHECK(db->text("PRAGMA integrity_check").value() == "ok");
        check(copy);
        disk.pause(false);
    }

    [[nodiscard]] connection& database() { return keeper_->database(); }
    [[nodiscard]] bool writable() { return loop_.run(log_->writable(loop_.ctx())).has_value(); }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

    test::faulty_disk& disk;

private:
    void post(said& s) {
        auto drafts = test::one(test::draft(s.text, "key of " + s.text));
        s.answer = std::move(loop_.run(log_->append(loop_.ctx(), s.room, std::move(drafts))).front());
    }

    void check(const std::string& file) const {
        auto reader = store::sqlite_reader::open(file);
        REQUIRE_MESSAGE(reader, reader.error().detail);
        std::map<std::string, std::map<std::string, std::uint64_t>> found;  // room, text, number
        for (const char* room : rooms) {
            const auto events = (*reader)->read(room, {0, 0, 1000}).value().events;
            for (std::size_t i = 0; i < events.size(); ++i) {
                CHECK(events[i].seq == i + 1);
                const auto& text = std::get<protocol::message_body>(events[i].body).text;
                CHECK(found[room].emplace(text, i + 1).second);
            }
            const auto head = (*reader)->head_of(room).value();
            CHECK((head ? head->newest : 0) == events.size());
        }
        for (const said& s : all_) {
            const auto at = found[s.room].find(s.text);
            const bool there = at != found[s.room].end();
            INFO(s.room, " ", s.text.substr(0, 20), ": ",
                 !s.answer   ? std::string{"not answered"}
                 : *s.answer ? std::string{"ok"}
                             : s.answer->error().message);
            if (s.answer && *s.answer) {
                REQUIRE(there);
                CHECK(at->second == (*s.answer)->seq);
            } else if (s.answer && s.answer->error().what == code::unavailable) {
                CHECK_FALSE(there);
            }
        }
    }

    test::real_loop loop_;
    test::temporary_folder folder_;
    const std::string path_ = folder_ / "log.db";
    std::unique_ptr<store::sqlite_keeper> keeper_;
    std::unique_ptr<store::log> log_;
    std::vector<said> all_;
};

std::string long_text(char of) {
    return std::string(9000, of);
}

/// `scene(disk, how, n, lasting)` plays with the n-th call failing, and says whether there was an n-th call.
template <class F>
void for_each_step(F scene) {
    (void)empty_database();
    test::faulty_disk disk;
    for (const disk_fault how : {disk_fault::torn, disk_fault::late, disk_fault::error, disk_fault::full}) {
        if (TERTULIA_SEEDS < 10 && how == disk_fault::error) break;  // under a sanitizer; what is left goes other ways
        for (const bool lasting : {false, true}) {
            int n = 1;
            for (bool more = true; more; ++n) {
                INFO("fault ", static_cast<int>(how), " at call ", n,
                     std::string{lasting ? " and all that follow" : ""});
                more = scene(disk, how, n, lasting);
            }
            CHECK(n > 2);
        }
    }
}

/// @param prepare makes the database such that its commits do what is to be tried
template <class F>
void try_commits(F prepare) {
    for_each_step([&](test::faulty_disk& disk, disk_fault how, int n, bool lasting) {
        world w{disk};
        w.start();
        w.post("a", "first");
        prepare(w);
        w.disk.fail(how, n, lasting);
        w.post("a", "second");
        w.post("b", long_text('x'));
        w.post("a", "third");
        const bool failed = w.disk.failed();
        w.check();
        w.disk.mend();
        CHECK(w.writable());
        w.post_again();
        w.check();
        REQUIRE(w.end_well());
        w.check_files();
        return failed;
    });
}

}  // namespace

TEST_CASE("a commit whose disk fails at any step is whole or isn't, and its authors know which") {
    try_commits([](world&) {});
}

TEST_CASE("a commit whose checkpoint fails at any step is stored all the same") {
    try_commits([](world& w) { REQUIRE(w.database().execute("PRAGMA wal_autocheckpoint = 1")); });
}

TEST_CASE("a checkpoint that fails at any step loses nothing, and the next one does its work") {
    for_each_step([](test::faulty_disk& disk, disk_fault how, int n, bool lasting) {
        world w{disk};
        w.start();
        w.post("a", "first");
        w.post("b", long_text('x'));
        w.disk.fail(how, n, lasting);
        (void)w.database().execute("PRAGMA wal_checkpoint(TRUNCATE)");
        const bool failed = w.disk.failed();
        w.check();
        w.disk.mend();
        REQUIRE(w.database().execute("PRAGMA wal_checkpoint(TRUNCATE)"));
        CHECK(std::filesystem::file_size(w.path() + "-wal") == 0);
        w.post("a", "second");
        w.post_again();
        w.check();
        w.end();
        return failed;
    });
}

TEST_CASE("a stop whose disk fails at any step loses nothing") {
    for_each_step([](test::faulty_disk& disk, disk_fault how, int n, bool lasting) {
        world w{disk};
        w.start();
        w.post("a", "first");
        w.post("b", long_text('x'));
        w.disk.fail(how, n, lasting);
        (void)w.end_well();
        const bool failed = w.disk.failed();
        w.check_files();
        w.disk.mend();
        w.start();
        w.post_again();
        w.check();
        w.end();
        return failed;
    });
}

TEST_CASE("a start whose disk fails at any step is refused in one line or works, and the next one finds everything") {
    bool anew = false;
    SUBCASE("where there is no database yet") {
        anew = true;
    }
    SUBCASE("behind a killed process") {}
    for_each_step([&](test::faulty_disk& disk, disk_fault how, int n, bool lasting) {
        world w{disk};
        if (!anew) {
            auto killed = std::make_unique<world>(disk);
            killed->start();
            killed->post("a", "first");
            killed->post("b", long_text('x'));
            killed->leave_for(w);
            killed.reset();
        }
        w.disk.fail(how, n, lasting);
        const auto started = w.try_to_start();
        const bool failed = w.disk.failed();
        if (!started) {
            CHECK(started.error().detail.find(w.path()) == 0);
            CHECK(started.error().detail.find('\n') == std::string::npos);
        }
        w.disk.mend();
        if (!started) w.start();
        w.post("a", "second");
        w.post_again();
        w.check();
        w.end();
        w.check_files();
        return failed;
    });
}
