// tests/fuzz/replay.cpp: the main of a fuzz target in an ordinary build: runs every file of the folders it is given.
// Thread: one.
// Owner: the fuzz target it is linked into.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer asks for this name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

/// Exit 1 when a folder holds no file: a corpus that was moved away must not pass for one that was run.
int main(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        std::size_t files = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[i])) {
            if (!entry.is_regular_file()) continue;
            std::ifstream in(entry.path(), std::ios::binary);
            const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
            LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
            ++files;
        }
        if (files == 0) {
            std::fprintf(stderr, "%s: no file to run\n", argv[i]);
            return 1;
        }
        std::printf("%s: %zu files\n", argv[i], files);
    }
    return argc > 1 ? 0 : 1;
}
