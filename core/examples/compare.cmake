# core/examples/compare.cmake: runs PROGRAM and fails where it does not end well or prints anything but EXPECTED.
execute_process(COMMAND ${PROGRAM} OUTPUT_VARIABLE printed RESULT_VARIABLE status TIMEOUT 60)
file(READ ${EXPECTED} expected)
if(NOT status EQUAL 0 OR NOT printed STREQUAL expected)
  message(FATAL_ERROR "status ${status}; printed:\n${printed}\nexpected:\n${expected}")
endif()
