# The vendored C sources as static libraries: mbedtls, yyjson, nghttp2, utf8proc, doctest. They are fetched, verified
# and unpacked by native/third_party/fetch.mjs at configure time, and built without our warnings.

set(pinlatch_third_party "${CMAKE_CURRENT_SOURCE_DIR}/native/third_party")
set(pinlatch_third_party_src "${pinlatch_third_party}/src")

file(GLOB pinlatch_patches CONFIGURE_DEPENDS "${pinlatch_third_party}/patches/*/*.patch")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
  "${pinlatch_third_party}/lock.json" ${pinlatch_patches})

find_program(PINLATCH_NODE NAMES node nodejs)

function(pinlatch_fetch_third_party)
  set(names ${ARGN})
  if(NOT PINLATCH_NODE)
    foreach(name IN LISTS names)
      if(NOT EXISTS "${pinlatch_third_party_src}/${name}/.pinlatch-stamp.json")
        message(FATAL_ERROR "${name} is not unpacked and there is no node to run fetch.mjs with. "
          "See native/third_party/README.md.")
      endif()
    endforeach()
    return()
  endif()
  execute_process(
    COMMAND "${PINLATCH_NODE}" "${pinlatch_third_party}/fetch.mjs" ${names}
    RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "the vendored sources are not complete (see above)")
  endif()
endfunction()

set(pinlatch_sources mbedtls yyjson nghttp2 utf8proc)
pinlatch_fetch_third_party(${pinlatch_sources})
include(followed)
# Tests alone need doctest; a board that only builds the addon does not fetch it.
if(PINLATCH_TESTS)
  pinlatch_fetch_third_party(doctest)
endif()

function(pinlatch_vendored name)
  target_compile_options(${name} PRIVATE -w $<$<CONFIG:Debug>:-O1>)
  target_link_libraries(${name} PRIVATE pinlatch_build)
endfunction()

# All three mbedTLS libraries as one. The p256-m driver entry points compile to nothing unless the
# configuration asks for them; p256-m itself stays out, its six functions are ours to provide.
set(pinlatch_mbedtls "${pinlatch_third_party_src}/mbedtls")
file(GLOB pinlatch_mbedtls_sources "${pinlatch_mbedtls}/library/*.c")
add_library(mbedtls STATIC ${pinlatch_mbedtls_sources} "${pinlatch_third_party}/mbedtls_hooks.c"
  "${pinlatch_mbedtls}/3rdparty/p256-m/p256-m_driver_entrypoints.c"
  "${CMAKE_CURRENT_SOURCE_DIR}/native/session/mbedtls_handshake.c" # ours: see their headers
  "${CMAKE_CURRENT_SOURCE_DIR}/native/session/mbedtls_key_update.c")
target_include_directories(mbedtls SYSTEM
  PUBLIC "${pinlatch_mbedtls}/include"
  PRIVATE "${pinlatch_mbedtls}/library" "${pinlatch_mbedtls}/3rdparty/p256-m"
          "${pinlatch_mbedtls}/3rdparty/p256-m/p256-m" "${CMAKE_CURRENT_SOURCE_DIR}/native")
# With the folder in the name: mbedTLS's own default configuration has the same base name.
target_compile_definitions(mbedtls PUBLIC
  "MBEDTLS_CONFIG_FILE=\"third_party/mbedtls_config.h\"")
pinlatch_vendored(mbedtls)

# Only whole, UTF-8 documents are read, and none with comments or trailing commas.
add_library(yyjson STATIC "${pinlatch_third_party_src}/yyjson/src/yyjson.c")
target_include_directories(yyjson SYSTEM PUBLIC "${pinlatch_third_party_src}/yyjson/src")
target_compile_definitions(yyjson PUBLIC
  YYJSON_DISABLE_NON_STANDARD=1 YYJSON_DISABLE_INCR_READER=1)
pinlatch_vendored(yyjson)

# The library alone, without its programs. Node exports an nghttp2 of its own; this one's symbols
# stay local to the addon (NGHTTP2_STATICLIB, addon.map).
set(pinlatch_nghttp2 "${pinlatch_third_party_src}/nghttp2/lib")
set(pinlatch_nghttp2_generated "${CMAKE_CURRENT_BINARY_DIR}/third_party/nghttp2")
pinlatch_version_of(nghttp2 PACKAGE_VERSION PACKAGE_VERSION_NUM)
configure_file("${pinlatch_nghttp2}/includes/nghttp2/nghttp2ver.h.in"
  "${pinlatch_nghttp2_generated}/nghttp2/nghttp2ver.h" @ONLY)
file(GLOB pinlatch_nghttp2_sources "${pinlatch_nghttp2}/*.c")
add_library(nghttp2 STATIC ${pinlatch_nghttp2_sources}
  "${CMAKE_CURRENT_SOURCE_DIR}/native/http2/nghttp2_frame_buffer.c") # ours: see its header
target_include_directories(nghttp2 SYSTEM PUBLIC
  "${pinlatch_nghttp2_generated}" "${pinlatch_nghttp2}/includes"
  PRIVATE "${pinlatch_nghttp2}" "${CMAKE_CURRENT_SOURCE_DIR}/native")
target_compile_definitions(nghttp2
  PUBLIC NGHTTP2_STATICLIB
  # The deprecated functions with ssize_t in their types are not ours to use.
  INTERFACE NGHTTP2_NO_SSIZE_T
  PRIVATE HAVE_ARPA_INET_H=1 HAVE_NETINET_IN_H=1 HAVE_CLOCK_GETTIME=1 HAVE_DECL_CLOCK_MONOTONIC=1)
pinlatch_vendored(nghttp2)

# One C file that includes its tables. UTF8PROC_STATIC leaves visibility to the compiler's default, which is hidden.
add_library(utf8proc STATIC "${pinlatch_third_party_src}/utf8proc/utf8proc.c")
target_include_directories(utf8proc SYSTEM PUBLIC "${pinlatch_third_party_src}/utf8proc")
target_compile_definitions(utf8proc PUBLIC UTF8PROC_STATIC)
pinlatch_vendored(utf8proc)

if(PINLATCH_TESTS)
  add_library(doctest INTERFACE)
  target_include_directories(doctest SYSTEM INTERFACE "${pinlatch_third_party_src}/doctest")
  target_compile_definitions(doctest INTERFACE DOCTEST_CONFIG_TREAT_CHAR_STAR_AS_STRING)
endif()
