# tests/core/package/check.cmake: installs core from BUILD, builds PROGRAM with it outside of SOURCE, compares what it prints.
set(installed ${BUILD}/package)
cmake_path(SET outside NORMALIZE "$ENV{TMPDIR}/")
if(outside STREQUAL "/")
  set(outside /tmp/)
endif()
# One folder for each build, the same each time: ccache knows the program then.
string(SHA1 name ${BUILD})
string(APPEND outside tertulia_core_package_${name})

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said TIMEOUT 300)
  if(NOT status EQUAL 0)
    file(REMOVE_RECURSE ${outside})
    message(FATAL_ERROR "status ${status} of ${ARGN}:\n${said}")
  endif()
  set(said "${said}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${installed} ${outside})
run(${CMAKE_COMMAND} --install ${BUILD} --component core --prefix ${installed})

# What was installed must not lead back here.
file(GLOB_RECURSE config ${installed}/*.cmake)
foreach(file ${config})
  file(READ ${file} text)
  string(FIND "${text}" ${SOURCE} place)
  if(NOT place EQUAL -1)
    message(FATAL_ERROR "${file} names ${SOURCE}")
  endif()
endforeach()

file(COPY ${PROGRAM}/ DESTINATION ${outside})
run(${CMAKE_COMMAND} -S ${outside} -B ${outside}/build -G ${GENERATOR} -DCMAKE_PREFIX_PATH=${installed}
    -DCMAKE_BUILD_TYPE=${TYPE} -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}
    -DCMAKE_CXX_FLAGS=${FLAGS})
run(${CMAKE_COMMAND} --build ${outside}/build)
run(${outside}/build/squares)
file(REMOVE_RECURSE ${outside})
if(NOT said STREQUAL "9\n25\n49\n81\n121\n")
  message(FATAL_ERROR "printed:\n${said}")
endif()
