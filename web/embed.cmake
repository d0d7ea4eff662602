# Writes a C++ file that holds the browser client's files as arrays: see assets.hpp for what it defines.
# cmake -D FILES=a.html|js/b.js -D FOLDER=<where they are> -D OUTPUT=<file.cpp> -P embed.cmake
cmake_minimum_required(VERSION 3.25)

set(type_html "text/html; charset=utf-8")
set(type_css "text/css; charset=utf-8")
set(type_js "text/javascript; charset=utf-8")
set(type_svg "image/svg+xml")

string(REPLACE "|" ";" files "${FILES}")
set(arrays "")
set(rows "")
set(count 0)
# Sorted by the path that is asked for, where index.html is "/" and so the first.
list(REMOVE_ITEM files index.html)
list(PREPEND files index.html)
foreach(file IN LISTS files)
  file(READ ${FOLDER}/${file} bytes HEX)
  file(SHA256 ${FOLDER}/${file} hash)
  string(SUBSTRING ${hash} 0 32 hash)
  # A char literal for each byte: a string literal would end where the compiler's limit of 65,536 does. The
  # zero at the end is not counted; an empty file has an array by it.
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
  get_filename_component(extension ${file} LAST_EXT)
  string(REPLACE "." "" extension ${extension})
  set(path "/${file}")
  if(file STREQUAL "index.html")
    set(path "/")
  endif()
  string(APPEND arrays "constexpr char content_${count}[] = {${bytes}'\\0'};\n")
  string(APPEND rows "    asset{\"${path}\", \"${type_${extension}}\",\n"
                     "          std::string_view{content_${count}, sizeof content_${count} - 1}, \"\\\"${hash}\\\"\"},\n")
  math(EXPR count "${count} + 1")
endforeach()

file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT [[
// Made by web/embed.cmake: the browser client's files.
// Thread: any; constant data.
// Owner: the program.
#include "web/assets.hpp"

#include <array>

namespace tertulia::web {
namespace {

@arrays@
constexpr std::array<asset, @count@> all{
@rows@};

}  // namespace

std::span<const asset> assets() noexcept { return all; }

const asset* find(std::string_view path) noexcept {
    for (const asset& each : all)
        if (each.path == path) return &each;
    return nullptr;
}

}  // namespace tertulia::web
]])
