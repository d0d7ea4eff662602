// tests/server/store_search.cpp: what is found, in which order and on which page, in every store.
// Thread: one.
// Owner: server_tests.
#include "tests/server/store_fixture.hpp"

using namespace tertulia;
using test::in_memory;
using test::in_sqlite;

namespace {

using lines = std::vector<std::string>;

template <class Store>
struct fixture : test::fixture<Store> {
    void say(const std::string& room, std::string text) { REQUIRE(this->append(room, this->draft(std::move(text)))); }
    void change(const std::string& room, protocol::event_body body) {
        REQUIRE(this->append(room, {{7, "ana", true}, std::move(body), {}}));
    }
    store::search_question about(const std::string& query, std::vector<std::string> rooms = {"a"}) {
        store::search_question q;
        q.words = protocol::read_query(query).value();
        for (auto& r : rooms) q.rooms.push_back({r, r});
        q.limit = 50;
        return q;
    }
    store::found_messages ask(store::search_question q) {
        return this->loop.run(this->log.searched().find(this->loop.ctx(), std::move(q))).value();
    }
    static lines told(const store::found_messages& found) {
        lines all;
        for (const auto& m : found.events) {
            all.push_back(m.room + std::to_string(m.what.seq) + " " +
                          std::get<protocol::message_body>(m.what.body).text);
        }
        return all;
    }
    lines find(const std::string& query, std::vector<std::string> rooms = {"a"}) {
        return told(ask(about(query, std::move(rooms))));
    }
    /// All pages, each with so many messages at most.
    lines page_through(store::search_question q, std::size_t limit) {
        lines all;
        q.limit = limit;
        for (int pages = 0; pages < 100; ++pages) {
            const auto found = ask(q);
            CHECK(found.events.size() <= limit);
            const auto page = told(found);
            all.insert(all.end(), page.begin(), page.end());
            if (!found.next) return all;
            q.before = found.next;
        }
        FAIL("it does not end");
        return all;
    }
};

}  // namespace

TEST_CASE_TEMPLATE("search finds whole words, all of them, the newest message first", Store, in_memory, in_sqlite) {
    fixture<Store> f;
    f.say("a", "hola mundo");
    f.say("a", "adiós, mundo cruel");
    f.say("a", "un mundito, hola");
    CHECK(f.find("mundo") == lines{"a2 adiós, mundo cruel", "a1 hola mundo"});
    CHECK(f.find("hola mundo") == lines{"a1 hola mundo"});
    CHECK(f.find("mundo hola") == lines{"a1 hola mundo"});
    CHECK(f.find("mund").empty());
    CHECK(f.find("mund*").size() == 3);
    CHECK(f.find("mund* hola") == lines{"a3 un mundito, hola", "a1 hola mundo"});
    CHECK(f.find("nada").empty());
}

TEST_CASE_TEMPLATE("search folds case and accents, of what is said and of what is asked", Store, in_memory, in_sqlite) {
    fixture<Store> f;
    f.say("a", "El MUÑÓN de Straße, ΣΊΣΥΦΟΣ und Ｆｕｌｌ");
    for (const char* query : {"munon", "Muñón", "STRASSE", "straße", "σισυφοσ", "σίσυφος", "full", "ｆｕｌｌ", "mu*"}) {
        CAPTURE(query);
        CHECK(f.find(query).size() == 1);
    }
    f.say("a", "東京タワーへ行く");
    CHECK(f.find("東京").size() == 1);
    CHECK(f.find("行く").size() == 1);
    CHECK(f.find("南").empty());
    f.say("a", "re\u0301sume\u0301 na\u00adtion");  // accents of their own, and a soft hyphen
    CHECK(f.find("resume nation").size() == 1);
}

TEST_CASE_TEMPLATE("nothing in a query means anything but a word and a star behind it", Store, in_memory, in_sqlite) {
    fixture<Store> f;
    f.say("a", "one and two or near not");
    for (const char* query : {"one\" two", "(one", "one AND two", "NEAR(one two)", "text:one", "-one", "^one", "{one}",
                              "one' --", "one + two", "one\" OR \"two", "a:one", "1:one", "one:two", "\"one\"*"}) {
        CAPTURE(query);
        (void)f.find(query);  // an error would end the test
    }
    CHECK(f.find("one AND two").size() == 1);
    CHECK(f.find("one NOT two").size() == 1);
    CHECK(f.find("one OR three").empty());
    CHECK(f.find("two*one").size() == 1);
    CHECK(f.find("one *").size() == 1);
    CHECK(f.find("on *").empty());
}

TEST_CASE_TEMPLATE("only the rooms that are named are searched", Store, in_memory, in_sqlite) {
    fixture<Store> f;
    f.say("a", "hola 1");
    f.say("b", "hola 2");
    f.say("@1+2", "hola 3");
    CHECK(f.find("hola", {"b"}) == lines{"b1 hola 2"});
    CHECK(f.find("hola", {"b", "@1+2", "nowhere"}).size() == 2);
    CHECK(f.find("hola", {}).empty());
    CHECK(f.find("hol*", {"a"}) == lines{"a1 hola 1"});
}

TEST_CASE_TEMPLATE("an edited message is found by its new words only, and a deleted one not at all", Store, in_memory,
                   in_sqlite) {
    fixture<Store> f;
    f.say("a", "uno dos");
    f.say("a", "uno tres");
    f.change("a", protocol::edited_body{1, "cuatro dos"});
    CHECK(f.find("uno") == lines{"a2 uno tres"});
    CHECK(f.find("cuatro dos") == lines{"a1 cuatro dos"});
    CHECK(f.ask(f.about("cuatro")).events.size() == 1);
    f.change("a", protocol::edited_body{1, "cinco"});
    CHECK(f.find("cuatro").empty());
    CHECK(f.find("dos").empty());
    CHECK(f.find("cinco").size() == 1);
    f.change("a", protocol::deleted_body{1});
    CHECK(f.find("cinco").empty());
    f.change("a", protocol::deleted_body{2});
    CHECK(f.find("uno").empty());
}

TEST_CASE_TEMPLATE("a message that is edited and deleted in the batch that brings it is found as it is", Store,
                   in_memory, in_sqlite) {
    fixture<Store> f;
    std::vector<store::draft> batch;
    batch.push_back(f.draft("uno"));
    batch.push_back(f.draft("dos"));
    batch.push_back({{7, "ana", true}, protocol::edited_body{1, "tres"}, {}});
    batch.push_back({{7, "ana", true}, protocol::deleted_body{2}, {}});
    for (const auto& t : f.loop.run(f.log.append(f.loop.ctx(), "a", std::move(batch)))) REQUIRE(t);
    CHECK(f.find("uno").empty());
    CHECK(f.find("dos").empty());
    CHECK(f.find("tres") == lines{"a1 tres"});
}

TEST_CASE_TEMPLATE("what is found comes in its present form, and topics and reactions are not found", Store, in_memory,
                   in_sqlite) {
    fixture<Store> f;
    f.say("a", "hola");
    f.change("a", protocol::topic_body{"hola"});
    f.change("a", protocol::reacted_body{1, "👍", true});
    const auto found = f.ask(f.about("hola"));
    REQUIRE(found.events.size() == 1);
    const auto& m = std::get<protocol::message_body>(found.events.front().what.body);
    REQUIRE(m.reactions.size() == 1);
    CHECK(m.reactions.front().emoji == "👍");
    CHECK(found.events.front().what.from.name == "ana");
}

TEST_CASE_TEMPLATE("pages of several rooms go back in time, without gap or repeat", Store, in_memory, in_sqlite) {
    fixture<Store> f;
    lines said;
    for (int i = 0; i < 40; ++i) {
        const std::string room(1, static_cast<char>('a' + i * 7 % 3));
        f.say(room, "hola " + std::to_string(i));
        if (i % 2 == 0) f.say(room, "adiós");
        if (i % 5 == 0) f.loop.advance(std::chrono::milliseconds{1});
    }
    const std::vector<std::string> rooms{"c", "a", "b"};
    const auto all = f.find("hola", rooms);
    CHECK(all.size() == 40);
    for (const std::size_t limit : {1U, 3U, 39U, 40U, 41U}) {
        CAPTURE(limit);
        CHECK(f.page_through(f.about("hola", rooms), limit) == all);
    }
    f.loop.advance(std::chrono::milliseconds{1});
    f.say("b", "hola last");
    CHECK(f.find("hola", rooms).front() == "b" + std::to_string(f.open("b").newest) + " hola last");
}

TEST_CASE_TEMPLATE("in one room a number says before which message", Store, in_memory, in_sqlite) {
    fixture<Store> f;
    for (int i = 1; i <= 5; ++i) f.say("a", "hola " + std::to_string(i));
    auto q = f.about("hola");
    q.limit = 2;
    q.before_seq = 4;
    const auto found = f.ask(q);
    CHECK(f.told(found) == lines{"a3 hola 3", "a2 hola 2"});
    CHECK(found.next);
    q.before_seq = 1;
    CHECK(f.ask(q).events.empty());
    q.before_seq = 1'000'000;
    CHECK(f.ask(q).events.size() == 2);
}

TEST_CASE("words are folded once, cut where they are long, and a query has bounds") {
    CHECK(protocol::words_of("b A a, B!") == lines{"a", "b"});
    const std::string very_long(100, 'x');
    CHECK(protocol::words_of(very_long) == lines{std::string(protocol::word_bytes, 'x')});
    CHECK(protocol::has_all(protocol::words_of(very_long), protocol::read_query(very_long).value()));
    CHECK(protocol::read_query("¡¿ *!").error().what == protocol::code::bad_field);
    CHECK(protocol::read_query("").error().what == protocol::code::bad_field);
    CHECK(protocol::read_query(std::string(protocol::query_bytes + 1, 'x')).error().what == protocol::code::too_long);
    std::string many;
    for (std::size_t i = 0; i <= protocol::query_words; ++i) many += "x ";
    CHECK(protocol::read_query(many).error().what == protocol::code::bad_field);
}
