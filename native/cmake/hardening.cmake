# What makes a mistake in memory harder to use, for every build but those with a sanitizer, vendored C included.
# test/unit/engine/the-addon-is-hardened.test.ts reads what came of it from the addon.

include(CheckCXXSourceCompiles)

# Level 3 also checks buffers whose size is known at run time only; older compilers cannot.
check_cxx_source_compiles(
  "int main(int count, char** text) { return (int)__builtin_dynamic_object_size(text[count - 1], 0); }"
  PINLATCH_HAS_DYNAMIC_OBJECT_SIZE)
set(pinlatch_fortify 2)
if(PINLATCH_HAS_DYNAMIC_OBJECT_SIZE)
  set(pinlatch_fortify 3)
endif()

target_compile_options(pinlatch_build INTERFACE
  -fstack-protector-strong
  # A large frame cannot step over the guard page.
  -fstack-clash-protection
  $<$<CONFIG:Release,RelWithDebInfo>:-U_FORTIFY_SOURCE>
  $<$<CONFIG:Release,RelWithDebInfo>:-D_FORTIFY_SOURCE=${pinlatch_fortify}>
  # Indexes and preconditions of the standard library.
  $<$<COMPILE_LANGUAGE:CXX>:-D_GLIBCXX_ASSERTIONS>
  "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-include ${CMAKE_CURRENT_SOURCE_DIR}/native/cmake/assertions.h>")

# Returns and indirect jumps go where the code says, on processors and kernels that see to it. The linker marks a
# file when all that goes into it is made so. Debian 12's start-up objects for x86-64 are not marked, though what they
# do is fine with a shadow stack: hence shstk by hand; for jumps they lack the landing pads, and are left to the linker.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
  target_compile_options(pinlatch_build INTERFACE -mbranch-protection=standard)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$" AND CMAKE_SIZEOF_VOID_P EQUAL 8)
  target_compile_options(pinlatch_build INTERFACE -fcf-protection=full)
  target_link_options(pinlatch_build INTERFACE -Wl,-z,shstk)
endif()
