# Writes a C++ file that holds the browser client's files as arrays: see assets.hpp for what it defines.
# cmake -D FILES=index.html|js/main.js -D FOLDER=<where they are> -D OUTPUT=<file.cpp> -P embed.cmake
#
# The script's modules are put into one file (bundle.cmake). Every file but index.html is named by what is in it (js/main.js becomes
# /assets/js/main.0123456789ab.js), so that a browser may keep it for ever. Where a file names another, as "/style.css", the name is
# replaced, and only then its own is made: a change runs up to all who name it, and in the end to index.html.
cmake_minimum_required(VERSION 3.25)

set(type_html "text/html; charset=utf-8")
set(type_css "text/css; charset=utf-8")
set(type_js "text/javascript; charset=utf-8")
set(type_svg "image/svg+xml")

string(REPLACE "|" ";" files "${FILES}")
set(made ${OUTPUT}.d)
file(REMOVE_RECURSE ${made} ${OUTPUT}.in)

include(${CMAKE_CURRENT_LIST_DIR}/bundle.cmake)
bundle_page(${FOLDER} "${files}" ${OUTPUT}.in)
set(FOLDER ${OUTPUT}.in)

# Writes FILE to the folder of what is made, with the new names of all that it names, and remembers its own.
function(rename_asset file)
  get_property(state GLOBAL PROPERTY "state of ${file}")
  if(state STREQUAL "done")
    return()
  elseif(state STREQUAL "begun")
    message(FATAL_ERROR "web/${file} imports itself, by whatever way round")
  endif()
  set_property(GLOBAL PROPERTY "state of ${file}" begun)

  file(READ ${FOLDER}/${file} text)
  cmake_path(GET file PARENT_PATH folder)
  string(REGEX MATCHALL "[\"'](\\.\\.?)?/[A-Za-z0-9_./-]+[\"']" all_quoted "${text}")
  list(REMOVE_DUPLICATES all_quoted)
  foreach(quoted IN LISTS all_quoted)
    string(REGEX REPLACE "[\"']" "" target "${quoted}")
    if(target MATCHES "^/")
      string(SUBSTRING "${target}" 1 -1 target)
    else()
      cmake_path(APPEND folder "${target}" OUTPUT_VARIABLE target)
      cmake_path(NORMAL_PATH target)
      if(NOT target IN_LIST files)
        message(FATAL_ERROR "web/${file} names ${quoted}, and there is no web/${target}")
      endif()
    endif()
    if(target IN_LIST files)
      rename_asset(${target})
      get_property(name GLOBAL PROPERTY "name of ${target}")
      string(REPLACE "${quoted}" "\"${name}\"" text "${text}")
    endif()
  endforeach()

  if(file STREQUAL "index.html")
    string(SHA256 hash "${text}")
    string(SUBSTRING ${hash} 0 32 hash)
    string(REPLACE "</head>" "<meta name=\"build\" content=\"${hash}\">\n</head>" text "${text}")
    set(name "/")
  else()
    string(SHA256 hash "${text}")
    string(SUBSTRING ${hash} 0 32 hash)
    string(SUBSTRING ${hash} 0 12 short)
    string(REGEX REPLACE "(\\.[a-z]+)$" ".${short}\\1" name "/assets/${file}")
  endif()
  file(WRITE ${made}/${file} "${text}")
  set_property(GLOBAL PROPERTY "hash of ${file}" ${hash})
  set_property(GLOBAL PROPERTY "name of ${file}" ${name})
  set_property(GLOBAL PROPERTY "state of ${file}" done)
endfunction()

# Sets ARRAY to the definition of a constexpr char array NAME with the bytes of FILE.
function(array_of file name array)
  file(READ ${file} bytes HEX)
  # A char literal for each byte: a string literal would end where the compiler's limit of 65,536 does. The
  # zero at the end is not counted; an empty file has an array by it.
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
  set(${array} "constexpr char ${name}[] = {${bytes}'\\0'};\n" PARENT_SCOPE)
endfunction()

rename_asset(index.html)
set(arrays "")
set(rows "")
set(count 0)
foreach(file IN LISTS files)
  get_property(name GLOBAL PROPERTY "name of ${file}")
  if(NOT name)
    continue() # no other file names it: it is no part of the page
  endif()
  get_property(hash GLOBAL PROPERTY "hash of ${file}")
  cmake_path(GET file EXTENSION LAST_ONLY extension)
  string(SUBSTRING ${extension} 1 -1 extension)
  execute_process(COMMAND gzip -9 --no-name --stdout ${made}/${file} OUTPUT_FILE ${made}/${file}.gz COMMAND_ERROR_IS_FATAL ANY)
  array_of(${made}/${file} plain_${count} plain)
  array_of(${made}/${file}.gz gzip_${count} gzip)
  string(APPEND arrays "${plain}${gzip}")
  string(APPEND rows "    asset{\"${name}\", \"${type_${extension}}\", view(plain_${count}), view(gzip_${count}), \"${hash}\"},\n")
  math(EXPR count "${count} + 1")
endforeach()

file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT [[
// Made by web/embed.cmake: the browser client's files.
// Thread: any; constant data.
// Owner: the program.
#include "web/assets.hpp"

#include <array>
#include <cstddef>

namespace tertulia::web {
namespace {

/// Without the zero at the end.
template <std::size_t Size>
constexpr std::string_view view(const char (&bytes)[Size]) {
    return {bytes, Size - 1};
}

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
