# core/tertulia_coreConfig.cmake: what find_package(tertulia_core) reads: what it needs, then its targets.
include(CMakeFindDependencyMacro)
find_dependency(Threads)
find_dependency(tl-expected)
include(${CMAKE_CURRENT_LIST_DIR}/tertulia_coreTargets.cmake)
