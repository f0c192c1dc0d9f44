# Native tests: test/native/<name>/*.cc become one executable test_<name>, registered with ctest as
# native.<name>. A layer has the tests of its own name. Those of TLS and certificates, and those of
# requests and connections, are one each, since the layers between share their fixtures.

set(pinlatch_tests "${CMAKE_CURRENT_SOURCE_DIR}/test/native")

# doctest's implementation is compiled once for all of them.
add_library(pinlatch_test_main OBJECT "${pinlatch_tests}/main.cc")
target_link_libraries(pinlatch_test_main PUBLIC doctest pinlatch_build)
target_compile_options(pinlatch_test_main PRIVATE -fno-rtti)

# Under a sanitizer doctest's macros take the compiler long, and the code of the tests itself need not be fast.
set(pinlatch_test_optimisation)
if(PINLATCH_SANITIZE)
  set(pinlatch_test_optimisation -O0)
endif()

# pinlatch_test(<name> <layer>) makes the tests of that name, with all layers that <layer> uses.
function(pinlatch_test name layer)
  file(GLOB sources CONFIGURE_DEPENDS "${pinlatch_tests}/${name}/*.cc")
  if(NOT sources)
    return()
  endif()
  set(computes)
  if(name IN_LIST pinlatch_computing_tests)
    list(APPEND sources "${pinlatch_tests}/provider.cc")
    set(computes pinlatch_crypto)
  endif()
  add_executable(test_${name} ${sources})
  target_compile_options(test_${name} PRIVATE ${pinlatch_test_optimisation})
  target_include_directories(test_${name} PRIVATE "${pinlatch_tests}")
  target_compile_definitions(test_${name} PRIVATE
    "PINLATCH_SOURCE_DIR=\"${CMAKE_CURRENT_SOURCE_DIR}\"")
  set(libraries ${PINLATCH_${layer}_LIBS})
  if(layer STREQUAL "server") # its tests bring a TLS client of their own
    list(APPEND libraries mbedtls)
  endif()
  target_link_libraries(test_${name} PRIVATE
    pinlatch_test_main pinlatch_${layer} ${computes} pinlatch_warnings ${libraries})
  pinlatch_open_private_fields(test_${name} ${libraries})
  set(arguments)
  # Of this layer's tests, which take minutes under ThreadSanitizer, those in which threads meet.
  if(PINLATCH_SANITIZE STREQUAL "thread" AND name STREQUAL "tls")
    set(arguments "--source-file=*session_threads*,*verify_path*")
  endif()
  add_test(NAME native.${name} COMMAND test_${name} ${arguments})
  set(patience 300) # seconds
  if(CMAKE_CROSSCOMPILING) # under qemu
    set(patience 1200)
  endif()
  set_tests_properties(native.${name} PROPERTIES TIMEOUT ${patience})
  if(name IN_LIST pinlatch_computing_tests AND PINLATCH_LIBCRYPTO)
    add_test(NAME native.${name}.host COMMAND test_${name} ${arguments})
    set_tests_properties(native.${name}.host PROPERTIES TIMEOUT ${patience}
      ENVIRONMENT PINLATCH_TEST_PROVIDER=host)
  endif()
endfunction()

# What computes is tested with both crypto providers. The host's libcrypto is Node's in service and
# Debian's here; it must be this machine's own to be loaded.
set(pinlatch_computing_tests crypto identity tls server)
if(NOT CMAKE_CROSSCOMPILING)
  find_library(PINLATCH_LIBCRYPTO NAMES crypto libcrypto.so.3)
  if(NOT PINLATCH_LIBCRYPTO)
    message(WARNING "no libcrypto (Debian: libssl3): the host provider's native tests are left out")
  endif()
endif()

foreach(layer IN LISTS PINLATCH_LAYERS)
  pinlatch_test(${layer} ${layer})
endforeach()
add_test(NAME native.crypto.auto COMMAND test_crypto "--test-case=*the choice is*")
set_tests_properties(native.crypto.auto PROPERTIES ENVIRONMENT PINLATCH_TEST_PROVIDER=auto)
pinlatch_test(tls session)
pinlatch_test(proxy downstream)

include(constant_time)
include(instructions)
