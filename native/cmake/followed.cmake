# What the unpacked sources are, by the stamps that fetch.mjs left in them: their versions, and whether one of
# them is a version that lock.json does not name. Nothing is linked from such a source before the native tests
# that the stamp lists have passed with it, whoever asked for the build.

function(pinlatch_read_stamp source variable)
  set(stamp "${pinlatch_third_party_src}/${source}/.pinlatch-stamp.json")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${stamp}")
  file(READ "${stamp}" content)
  set(${variable} "${content}" PARENT_SCOPE)
endfunction()

# pinlatch_version_of(<source> <text> <number>): "1.70.0" and 0x014600, as nghttp2ver.h has them.
function(pinlatch_version_of source text number)
  pinlatch_read_stamp(${source} stamp)
  string(JSON version GET "${stamp}" version)
  if(NOT version MATCHES "([0-9]+)\\.([0-9]+)\\.([0-9]+)")
    message(FATAL_ERROR "${source}: no version in \"${version}\", which its stamp says it is")
  endif()
  set(${text} "${CMAKE_MATCH_0}" PARENT_SCOPE)
  math(EXPR value "(${CMAKE_MATCH_1} << 16) + (${CMAKE_MATCH_2} << 8) + ${CMAKE_MATCH_3}"
    OUTPUT_FORMAT HEXADECIMAL)
  set(${number} "${value}" PARENT_SCOPE)
endfunction()

# pinlatch_followed_tests: the layers whose tests have to pass first; empty where lock.json names all versions.
set(pinlatch_followed_tests)
foreach(source IN LISTS pinlatch_sources)
  pinlatch_read_stamp(${source} stamp)
  string(JSON count ERROR_VARIABLE none LENGTH "${stamp}" tests)
  if(NOT none STREQUAL "NOTFOUND" OR count EQUAL 0)
    continue()
  endif()
  math(EXPR last "${count} - 1")
  foreach(index RANGE ${last})
    string(JSON layer GET "${stamp}" tests ${index})
    list(APPEND pinlatch_followed_tests ${layer})
  endforeach()
endforeach()
list(REMOVE_DUPLICATES pinlatch_followed_tests)

if(pinlatch_followed_tests)
  set(PINLATCH_TESTS ON)
  if(NOT EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/test/native/main.cc")
    message(FATAL_ERROR "a source is a version that lock.json does not name, and the native tests that must "
      "pass with it are not here: build from a full checkout, or put the locked tarball where "
      "native/third_party/README.md says")
  endif()
endif()

# pinlatch_hold_back_until_tested(<target>) lets nothing be linked before.
function(pinlatch_hold_back_until_tested target)
  if(NOT pinlatch_followed_tests)
    return()
  endif()
  set(passed "${CMAKE_CURRENT_BINARY_DIR}/followed_tests_passed")
  set(commands)
  set(programs)
  foreach(layer IN LISTS pinlatch_followed_tests)
    list(APPEND programs test_${layer})
    list(APPEND commands COMMAND test_${layer})
    if(layer IN_LIST pinlatch_computing_tests AND PINLATCH_LIBCRYPTO)
      list(APPEND commands
        COMMAND "${CMAKE_COMMAND}" -E env PINLATCH_TEST_PROVIDER=host "$<TARGET_FILE:test_${layer}>")
    endif()
  endforeach()
  add_custom_command(OUTPUT "${passed}" ${commands} COMMAND "${CMAKE_COMMAND}" -E touch "${passed}"
    DEPENDS ${programs} COMMENT "Native tests with a version that lock.json does not name" VERBATIM)
  add_custom_target(followed_tests DEPENDS "${passed}")
  add_dependencies(${target} followed_tests)
endfunction()
