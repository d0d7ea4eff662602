// tests/core/list.cpp: what core/list.hpp promises.
// Thread: one.
// Owner: core_tests.
#include "core/list.hpp"

#include "tests/core/support.hpp"

#include <memory>
#include <vector>

using namespace core_test;

namespace {

struct other_list;

struct node : core::list_hook<node>, core::list_hook<other_list> {
    explicit node(int n) : number(n) {}
    int number;
};
using first_hook = core::list_hook<node>;
using second_hook = core::list_hook<other_list>;

std::vector<int> numbers(auto& list) {
    std::vector<int> found;
    for (node& n : list) found.push_back(n.number);
    return found;
}

void empty_out(auto& list) {
    while (list.pop_front() != nullptr) {
    }
}

}  // namespace

TEST_CASE("a list keeps the order in which its elements came") {
    node a{1};
    node b{2};
    node c{3};
    core::list<node> list;
    CHECK(list.empty());
    CHECK(list.pop_front() == nullptr);
    list.push_back(a);
    list.push_back(b);
    list.push_back(c);
    CHECK(numbers(list) == std::vector{1, 2, 3});
    CHECK(&list.front() == &a);

    SUBCASE("and gives them in that order") {
        CHECK(list.pop_front() == &a);
        CHECK(list.pop_front() == &b);
        CHECK(list.pop_front() == &c);
        CHECK(list.pop_front() == nullptr);
    }
    SUBCASE("also when one in the middle leaves, which may come back at the end") {
        static_cast<first_hook&>(b).unlink();
        CHECK_FALSE(static_cast<first_hook&>(b).linked());
        CHECK(numbers(list) == std::vector{1, 3});
        static_cast<first_hook&>(b).unlink();  // once more is harmless
        list.push_back(b);
        CHECK(numbers(list) == std::vector{1, 3, 2});
    }
    SUBCASE("and when another list's elements are taken in, behind its own") {
        node d{4};
        core::list<node> more;
        list.take(more);
        CHECK(numbers(list) == std::vector{1, 2, 3});
        more.push_back(d);
        list.take(more);
        CHECK(more.empty());
        CHECK(numbers(list) == std::vector{1, 2, 3, 4});
        more.take(list);
        CHECK(list.empty());
        CHECK(numbers(more) == std::vector{1, 2, 3, 4});
        empty_out(more);
    }
    empty_out(list);
}

TEST_CASE("an element that dies has left its list") {
    node a{1};
    node c{3};
    core::list<node> list;
    list.push_back(a);
    {
        node b{2};
        list.push_back(b);
        list.push_back(c);
    }
    CHECK(numbers(list) == std::vector{1, 3});
    empty_out(list);
}

TEST_CASE("an element with two hooks may be in two lists and leaves each alone") {
    node a{1};
    core::list<node> one;
    core::list<node, other_list> two;
    one.push_back(a);
    two.push_back(a);
    static_cast<first_hook&>(a).unlink();
    CHECK(one.empty());
    CHECK_FALSE(two.empty());
    CHECK(static_cast<second_hook&>(a).linked());
    empty_out(two);
}

TEST_CASE("a list that dies with elements and an element that is put in twice are bugs that are told") {
    CHECK(contains(last_words([] {
                       node a{1};
                       core::list<node> list;
                       list.push_back(a);
                   }),
                   "empty()"));
    CHECK(contains(last_words([] {
                       node a{1};
                       core::list<node> list;
                       list.push_back(a);
                       list.push_back(a);
                   }),
                   "linked()"));
}
