# Fuzz targets: test/fuzz/<name>_fuzz.cc, with what is in the folder of that name, becomes fuzz_<name>. With PINLATCH_FUZZ it is a libFuzzer
# program; otherwise it replays test/fuzz/corpus/<name>/ as an ordinary test.

set(pinlatch_fuzz "${CMAKE_CURRENT_SOURCE_DIR}/test/fuzz")
file(GLOB pinlatch_fuzz_sources CONFIGURE_DEPENDS "${pinlatch_fuzz}/*_fuzz.cc")

function(pinlatch_fuzz_target source)
  get_filename_component(name "${source}" NAME_WE)
  string(REGEX REPLACE "_fuzz$" "" name "${name}")
  file(GLOB parts CONFIGURE_DEPENDS "${pinlatch_fuzz}/${name}_fuzz/*.cc")
  add_executable(fuzz_${name} "${source}" ${parts})
  target_include_directories(fuzz_${name} PRIVATE "${pinlatch_fuzz}")
  # What native tests and fuzz targets share stands with the tests.
  target_include_directories(fuzz_${name} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}/test/native")
  target_link_libraries(fuzz_${name} PRIVATE pinlatch_core pinlatch_warnings pinlatch_no_exceptions)
  if(PINLATCH_FUZZ)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(fuzz_${name} PRIVATE "${pinlatch_fuzz}/replay_main.cc")
    if(EXISTS "${pinlatch_fuzz}/corpus/${name}")
      add_test(NAME fuzz.${name} COMMAND fuzz_${name} "${pinlatch_fuzz}/corpus/${name}")
    endif()
  endif()
endfunction()

foreach(source IN LISTS pinlatch_fuzz_sources)
  pinlatch_fuzz_target("${source}")
endforeach()

# Handshakes whose randomness repeats itself, mbedTLS's and our own: see transparent_crypto.cc.
target_link_libraries(fuzz_handshake PRIVATE mbedtls)
pinlatch_open_private_fields(fuzz_handshake mbedtls)
target_link_options(fuzz_handshake PRIVATE -Wl,--wrap=getrandom -Wl,--wrap=syscall)
