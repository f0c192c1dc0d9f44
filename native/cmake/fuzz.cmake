# Fuzz targets: test/fuzz/<name>_fuzz.cc, with what is in the folder of that name, becomes fuzz_<name>. With PINLATCH_FUZZ
# it is a libFuzzer program; otherwise it replays its corpus as an ordinary test: test/fuzz/corpus/<name>/, and the seeds
# that fuzz_seeds derives from the code (test/fuzz/seeds). scripts/fuzz-coverage.mjs then holds what the replay reaches of
# the target's own sources to a bound.

set(pinlatch_fuzz "${CMAKE_CURRENT_SOURCE_DIR}/test/fuzz")
set(pinlatch_derived_seeds snapshot ticket verify_path)
set(pinlatch_seeds "${CMAKE_CURRENT_BINARY_DIR}/seeds")
file(GLOB pinlatch_fuzz_sources CONFIGURE_DEPENDS "${pinlatch_fuzz}/*_fuzz.cc")

# Counting what a replay reaches takes GCC's gcov, a machine that runs what it builds, and nothing else that counts.
set(pinlatch_covers_fuzz OFF)
if(PINLATCH_TESTS AND NOT PINLATCH_SANITIZE AND NOT CMAKE_CROSSCOMPILING AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  string(REGEX MATCH "^[0-9]+" pinlatch_gcc "${CMAKE_CXX_COMPILER_VERSION}")
  find_program(PINLATCH_GCOV NAMES "gcov-${pinlatch_gcc}" gcov)
  find_program(PINLATCH_NODE node)
  if(PINLATCH_GCOV AND PINLATCH_NODE)
    set(pinlatch_covers_fuzz ON)
  else()
    message(WARNING "no gcov or no node: what the fuzz corpora reach is not measured")
  endif()
endif()

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
    target_sources(fuzz_${name} PRIVATE "${pinlatch_fuzz}/libfuzzer_main.cc")
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    return()
  endif()
  target_sources(fuzz_${name} PRIVATE "${pinlatch_fuzz}/replay_main.cc" "${pinlatch_fuzz}/seed_name.cc")
  set(corpus)
  if(EXISTS "${pinlatch_fuzz}/corpus/${name}")
    list(APPEND corpus "${pinlatch_fuzz}/corpus/${name}")
  endif()
  if(name IN_LIST pinlatch_derived_seeds)
    list(APPEND corpus "${pinlatch_seeds}/${name}")
  endif()
  if(pinlatch_covers_fuzz)
    # Unoptimised, or lines are counted that the source does not have.
    set_source_files_properties("${source}" ${parts} PROPERTIES
      COMPILE_OPTIONS "--coverage;-O0;-U_FORTIFY_SOURCE")
    target_link_options(fuzz_${name} PRIVATE --coverage)
    add_test(NAME fuzz.${name} COMMAND "${PINLATCH_NODE}" "${CMAKE_CURRENT_SOURCE_DIR}/scripts/fuzz-coverage.mjs"
      "${PINLATCH_GCOV}" "${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/fuzz_${name}.dir" "$<TARGET_FILE:fuzz_${name}>"
      ${corpus})
  else()
    add_test(NAME fuzz.${name} COMMAND fuzz_${name} ${corpus})
  endif()
  set_tests_properties(fuzz.${name} PROPERTIES FIXTURES_REQUIRED fuzz_seeds)
endfunction()

foreach(source IN LISTS pinlatch_fuzz_sources)
  pinlatch_fuzz_target("${source}")
endforeach()

# Handshakes whose randomness repeats itself, mbedTLS's and our own: see transparent_crypto.cc.
target_link_libraries(fuzz_handshake PRIVATE mbedtls)
pinlatch_open_private_fields(fuzz_handshake mbedtls)
target_link_options(fuzz_handshake PRIVATE -Wl,--wrap=getrandom -Wl,--wrap=syscall)

# Whoever fuzzes takes the derived seeds of a build with tests, as libFuzzer's second folder.
if(PINLATCH_TESTS)
  file(GLOB pinlatch_seed_sources CONFIGURE_DEPENDS "${pinlatch_fuzz}/seeds/*.cc")
  add_executable(fuzz_seeds ${pinlatch_seed_sources} "${pinlatch_fuzz}/seed_name.cc"
    "${pinlatch_tests}/snapshot/test_document.cc"
    "${pinlatch_tests}/tls/certificate_maker.cc"
    "${pinlatch_tests}/tls/x509_maker.cc")
  target_include_directories(fuzz_seeds PRIVATE "${pinlatch_fuzz}" "${pinlatch_tests}")
  target_compile_definitions(fuzz_seeds PRIVATE "PINLATCH_SEEDS=\"${pinlatch_seeds}\"")
  target_compile_options(fuzz_seeds PRIVATE ${pinlatch_test_optimisation})
  target_link_libraries(fuzz_seeds PRIVATE pinlatch_test_main pinlatch_core pinlatch_warnings mbedtls yyjson)
  pinlatch_open_private_fields(fuzz_seeds mbedtls)
  add_test(NAME fuzz.seeds COMMAND fuzz_seeds)
  set_tests_properties(fuzz.seeds PROPERTIES FIXTURES_SETUP fuzz_seeds)
endif()

# pinlatch_replay_fails(<name> <seed> <content> <complaint>) holds that a replay of this seed alone says what is wrong.
function(pinlatch_replay_fails name seed content complaint)
  file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/replays/${name}/${seed}" "${content}")
  add_test(NAME fuzz.replay.${name} COMMAND fuzz_http_request "${CMAKE_CURRENT_BINARY_DIR}/replays/${name}")
  set_tests_properties(fuzz.replay.${name} PROPERTIES PASS_REGULAR_EXPRESSION "${complaint}")
  if(pinlatch_covers_fuzz)
    set_tests_properties(fuzz.replay.${name} PROPERTIES
      ENVIRONMENT "GCOV_PREFIX=${CMAKE_CURRENT_BINARY_DIR}/replays/counts")
  endif()
endfunction()

if(PINLATCH_TESTS)
  pinlatch_replay_fails(of_another_outcome accept-host "a..b" "misnamed: [^ ]*/accept-host came to refuse-bad-host")
  pinlatch_replay_fails(of_another_rule refuse-bad-path "a..b" "misnamed: [^ ]*/refuse-bad-path came to refuse-bad-host")
  pinlatch_replay_fails(without_a_promise lonely "a.example" "misnamed: [^ ]*/lonely came to accept-host")
  pinlatch_replay_fails(without_acceptance refuse-bad-host "a..b" "unreached: no seed came to accept-head")
endif()
