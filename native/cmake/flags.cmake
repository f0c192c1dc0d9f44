# Compiler and linker flags as two interface targets: pinlatch_build for everything that is built
# here, vendored C included, and pinlatch_warnings for our own code. Set on targets, not through
# CMAKE_CXX_FLAGS, because cmake-js overwrites that.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# Asserts stay on in every build type: a bug stops the process, it does not serve on (no -DNDEBUG).
# A sanitizer multiplies what there is to optimise: at -O2 its builds take twice as long as at -O1.
set(pinlatch_tested "-O2 -g1")
if(PINLATCH_SANITIZE)
  set(pinlatch_tested "-O1 -g1")
endif()
foreach(language C CXX)
  set(CMAKE_${language}_FLAGS_RELEASE "-O2 -g1")
  set(CMAKE_${language}_FLAGS_RELWITHDEBINFO "${pinlatch_tested}")
endforeach()

find_program(PINLATCH_CCACHE ccache)
foreach(language C CXX)
  if(PINLATCH_CCACHE AND NOT CMAKE_${language}_COMPILER_LAUNCHER)
    set(CMAKE_${language}_COMPILER_LAUNCHER "${PINLATCH_CCACHE}")
  endif()
endforeach()

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

add_library(pinlatch_build INTERFACE)
target_compile_options(pinlatch_build INTERFACE
  -ffunction-sections -fdata-sections
  # No path of the building machine ends up in the binary.
  "-ffile-prefix-map=${CMAKE_CURRENT_SOURCE_DIR}/=")
target_link_options(pinlatch_build INTERFACE
  -Wl,--gc-sections -Wl,-z,relro,-z,now,-z,noexecstack)
target_link_libraries(pinlatch_build INTERFACE Threads::Threads ${CMAKE_DL_LIBS})

# A 32-bit board must still read a certificate that ends after January 2038.
if(CMAKE_SIZEOF_VOID_P EQUAL 4)
  target_compile_definitions(pinlatch_build INTERFACE _TIME_BITS=64 _FILE_OFFSET_BITS=64)
  target_compile_options(pinlatch_build INTERFACE -Wno-psabi) # notes about GCC before 7.1
endif()

if(PINLATCH_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "PINLATCH_FUZZ needs clang: cmake --preset fuzz")
  endif()
  set(pinlatch_sanitizers "fuzzer-no-link,address,undefined")
else()
  set(pinlatch_sanitizers "${PINLATCH_SANITIZE}")
endif()
if(pinlatch_sanitizers)
  target_compile_options(pinlatch_build INTERFACE
    -fsanitize=${pinlatch_sanitizers} -fno-sanitize-recover=all -fno-sanitize=vptr
    -fno-omit-frame-pointer)
  target_link_options(pinlatch_build INTERFACE -fsanitize=${pinlatch_sanitizers})
else()
  include(hardening)
endif()

add_library(pinlatch_warnings INTERFACE)
target_compile_options(pinlatch_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Wimplicit-fallthrough
  # GCC 12 sees overlaps in std::string's operator+ that cannot be (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  $<$<BOOL:${PINLATCH_WERROR}>:-Werror>
  $<$<COMPILE_LANGUAGE:CXX>:-fno-rtti>)

# What ships has no exceptions. Only the native tests have: doctest's REQUIRE needs them to stop.
add_library(pinlatch_no_exceptions INTERFACE)
target_compile_options(pinlatch_no_exceptions INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions>)
