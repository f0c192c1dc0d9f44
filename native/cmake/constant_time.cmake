# The constant-time test: the pin comparison as it is compiled for release, under valgrind with the
# fingerprints marked as secret. constant_time_careless is the same program with memcmp in the place
# of the comparison: the test must fail for it, or it could not fail at all.
# Only where valgrind can run it: its headers are there, no sanitizer, no other machine's code.

include(CheckIncludeFileCXX)
check_include_file_cxx("valgrind/memcheck.h" PINLATCH_HAS_MEMCHECK)
find_program(PINLATCH_VALGRIND valgrind)
if(NOT PINLATCH_HAS_MEMCHECK OR pinlatch_sanitizers OR CMAKE_CROSSCOMPILING)
  return()
endif()

set(pinlatch_constant_time "${pinlatch_tests}/constant_time")

function(pinlatch_constant_time_program name)
  add_executable(${name} "${pinlatch_constant_time}/compare_pins.cc" ${ARGN})
  target_link_libraries(${name} PRIVATE pinlatch_policy pinlatch_warnings pinlatch_no_exceptions)
endfunction()

pinlatch_constant_time_program(constant_time)
pinlatch_constant_time_program(constant_time_careless "${pinlatch_constant_time}/careless_equal.cc")

if(PINLATCH_VALGRIND)
  set(memcheck "${PINLATCH_VALGRIND}" --tool=memcheck --quiet --error-exitcode=99)
  add_test(NAME native.constant_time COMMAND ${memcheck} $<TARGET_FILE:constant_time> --valgrind)
  # Only by valgrind's complaint does it pass: a crash, or no valgrind at all, does not.
  add_test(NAME native.constant_time_can_fail
    COMMAND ${memcheck} $<TARGET_FILE:constant_time_careless> --valgrind)
  set_tests_properties(native.constant_time_can_fail PROPERTIES
    PASS_REGULAR_EXPRESSION "Conditional jump or move depends on uninitialised value")
endif()
