# Native tests: test/native/<layer>/*.cc become one executable test_<layer> with all layers up to
# that one, registered with ctest as native.<layer>. A layer without tests has no target.

set(pinlatch_tests "${CMAKE_CURRENT_SOURCE_DIR}/test/native")

# doctest's implementation is compiled once for all of them.
add_library(pinlatch_test_main OBJECT "${pinlatch_tests}/main.cc")
target_link_libraries(pinlatch_test_main PUBLIC doctest pinlatch_build)
target_compile_options(pinlatch_test_main PRIVATE -fno-rtti)

function(pinlatch_test layer)
  file(GLOB sources CONFIGURE_DEPENDS "${pinlatch_tests}/${layer}/*.cc")
  if(NOT sources)
    return()
  endif()
  add_executable(test_${layer} ${sources})
  target_include_directories(test_${layer} PRIVATE "${pinlatch_tests}")
  target_compile_definitions(test_${layer} PRIVATE
    "PINLATCH_SOURCE_DIR=\"${CMAKE_CURRENT_SOURCE_DIR}\"")
  set(libraries ${PINLATCH_${layer}_LIBS})
  if(layer STREQUAL "server") # its tests bring a TLS client of their own
    list(APPEND libraries mbedtls)
  endif()
  target_link_libraries(test_${layer} PRIVATE
    pinlatch_test_main pinlatch_${layer} pinlatch_warnings ${libraries})
  pinlatch_open_private_fields(test_${layer} ${libraries})
  add_test(NAME native.${layer} COMMAND test_${layer})
  set(patience 300) # seconds
  if(CMAKE_CROSSCOMPILING) # under qemu
    set(patience 1200)
  endif()
  set_tests_properties(native.${layer} PROPERTIES TIMEOUT ${patience})
endfunction()

foreach(layer IN LISTS PINLATCH_LAYERS)
  pinlatch_test(${layer})
endforeach()

include(constant_time)
