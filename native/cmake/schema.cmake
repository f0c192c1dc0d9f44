# What native/ has of the schema of the configuration: headers, written when CMake configures, and anew when the schema changes. All
# build folders share them, so that ccache sees one path. Needs no package of npm, only Node itself.

find_program(PINLATCH_NODE NAMES node nodejs REQUIRED NO_CMAKE_FIND_ROOT_PATH)
set(pinlatch_generated "${CMAKE_CURRENT_SOURCE_DIR}/build/generated")

function(pinlatch_generate script header)
  set(path "${CMAKE_CURRENT_SOURCE_DIR}/scripts/${script}")
  execute_process(
    COMMAND "${PINLATCH_NODE}" "${path}" "${pinlatch_generated}/${header}"
    RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "scripts/${script} failed: ${result}")
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${path}")
endfunction()

pinlatch_generate(generate-ranges.mjs snapshot/ranges.h)
pinlatch_generate(generate-bounds.mjs snapshot/shared_bounds.h)
pinlatch_generate(generate-gateway-fields.mjs snapshot/gateway_field_families.h)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
  "${CMAKE_CURRENT_SOURCE_DIR}/firmware-config/gateway.schema.json"
  "${CMAKE_CURRENT_SOURCE_DIR}/scripts/schema.mjs")
target_include_directories(pinlatch_snapshot PUBLIC "${pinlatch_generated}")
