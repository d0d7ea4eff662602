// tests/main.cpp: doctest's main, for every test binary.
// Thread: one.
// Owner: the test binary.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
