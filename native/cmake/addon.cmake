# The Node addon, pinlatch.node, from native/binding/*.cc. Built by cmake-js, or by plain CMake with
# -DPINLATCH_ADDON=ON (cross builds): the headers of Node-API are the same for every architecture.

function(pinlatch_node_path variable expression)
  execute_process(
    COMMAND "${PINLATCH_NODE}" -p "${expression}"
    WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}"
    OUTPUT_VARIABLE path OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "the addon needs node and node_modules (npm ci --ignore-scripts)")
  endif()
  set(${variable} "${path}" PARENT_SCOPE)
endfunction()

function(pinlatch_add_addon)
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/native/binding/*.cc")
  if(NOT sources)
    message(WARNING "native/binding has no source yet: pinlatch.node is not built")
    return()
  endif()
  pinlatch_node_path(addon_api_dir "require('node-addon-api').include_dir")
  pinlatch_node_path(node_api_dir "require('node-api-headers').include_dir")

  add_library(pinlatch MODULE ${sources})
  set_target_properties(pinlatch PROPERTIES PREFIX "" SUFFIX ".node")
  target_include_directories(pinlatch SYSTEM PRIVATE "${addon_api_dir}" "${node_api_dir}")
  target_compile_definitions(pinlatch PRIVATE NAPI_VERSION=9
    NODE_ADDON_API_DISABLE_CPP_EXCEPTIONS NAPI_DISABLE_CPP_EXCEPTIONS
    NODE_ADDON_API_DISABLE_DEPRECATED)
  target_link_libraries(pinlatch PRIVATE pinlatch_core pinlatch_warnings pinlatch_no_exceptions)
  target_compile_options(pinlatch PRIVATE ${pinlatch_small})
  # Node exports its own llhttp, nghttp2 and OpenSSL: a symbol of ours that is not hidden would be
  # silently replaced by Node's. The map leaves nothing but the entry point.
  set(export_map "${CMAKE_CURRENT_SOURCE_DIR}/native/cmake/addon.map")
  target_link_options(pinlatch PRIVATE -Wl,--exclude-libs,ALL "-Wl,--version-script=${export_map}")
  set_target_properties(pinlatch PROPERTIES LINK_DEPENDS "${export_map}")
endfunction()

# What the loader loads before Node where the systemd unit says so; beside the addon.
function(pinlatch_add_early_signals)
  add_library(early_signals MODULE "${CMAKE_CURRENT_SOURCE_DIR}/native/preload/early_signals.c")
  set_target_properties(early_signals PROPERTIES PREFIX "" SUFFIX ".so")
  target_compile_options(early_signals PRIVATE -Wall -Wextra)
  target_link_libraries(early_signals PRIVATE pinlatch_build)
  add_dependencies(pinlatch early_signals)
endfunction()

# What a board loads is without debug information, which is in a file of its own beside it: debuggers
# find it by the link. A toolchain without objcopy leaves it where it is.
function(pinlatch_split_debug_information)
  if(NOT CMAKE_OBJCOPY OR NOT CMAKE_BUILD_TYPE STREQUAL "Release" OR PINLATCH_SANITIZE)
    return()
  endif()
  set(debug "$<TARGET_FILE:pinlatch>.debug")
  add_custom_command(TARGET pinlatch POST_BUILD
    COMMAND "${CMAKE_OBJCOPY}" --only-keep-debug "$<TARGET_FILE:pinlatch>" "${debug}"
    COMMAND "${CMAKE_OBJCOPY}" --strip-debug --strip-unneeded "--add-gnu-debuglink=${debug}"
      "$<TARGET_FILE:pinlatch>"
    VERBATIM)
endfunction()

pinlatch_add_addon()
pinlatch_add_early_signals()
pinlatch_split_debug_information()
