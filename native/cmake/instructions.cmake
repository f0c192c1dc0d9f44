# The program whose instructions test/bench/instructions counts under callgrind: the whole data plane with one worker,
# and its clients. Built on demand (scripts: npm run test:instructions), for the one kind of machine that valgrind can
# be told the features of.
check_include_file_cxx("valgrind/callgrind.h" PINLATCH_HAS_CALLGRIND)
if(NOT PINLATCH_HAS_CALLGRIND OR pinlatch_sanitizers OR CMAKE_CROSSCOMPILING
   OR NOT CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  return()
endif()

set(pinlatch_bench "${CMAKE_CURRENT_SOURCE_DIR}/test/bench")
file(GLOB pinlatch_instructions_sources CONFIGURE_DEPENDS "${pinlatch_bench}/instructions/*.cc")
add_executable(instructions EXCLUDE_FROM_ALL ${pinlatch_instructions_sources}
  "${pinlatch_tests}/provider.cc" "${pinlatch_tests}/server/fixture.cc"
  "${pinlatch_tests}/tls/certificate_maker.cc" "${pinlatch_tests}/tls/test_client.cc")
target_include_directories(instructions PRIVATE "${pinlatch_bench}" "${pinlatch_tests}")
target_link_libraries(instructions PRIVATE
  pinlatch_test_main pinlatch_server pinlatch_warnings mbedtls)
pinlatch_open_private_fields(instructions mbedtls)
# stillness.cc stands before libc's functions, for libcrypto as well, which is loaded later.
target_link_options(instructions PRIVATE -Wl,--wrap=syscall)
foreach(name getrandom getentropy clock_gettime time gettimeofday timerfd_settime
             epoll_wait)
  target_link_options(instructions PRIVATE -Wl,--export-dynamic-symbol=${name})
endforeach()
