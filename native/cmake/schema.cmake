# What native/ has of the schema of the configuration: snapshot/ranges.h, written when CMake configures, and anew when the schema
# changes. All build folders share it, so that ccache sees one path. Needs no package of npm, only Node itself.

find_program(PINLATCH_NODE NAMES node nodejs REQUIRED NO_CMAKE_FIND_ROOT_PATH)
set(pinlatch_generated "${CMAKE_CURRENT_SOURCE_DIR}/build/generated")
execute_process(
  COMMAND "${PINLATCH_NODE}" "${CMAKE_CURRENT_SOURCE_DIR}/scripts/generate-ranges.mjs"
          "${pinlatch_generated}/snapshot/ranges.h"
  RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "scripts/generate-ranges.mjs failed: ${result}")
endif()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
  "${CMAKE_CURRENT_SOURCE_DIR}/firmware-config/gateway.schema.json"
  "${CMAKE_CURRENT_SOURCE_DIR}/scripts/generate-ranges.mjs"
  "${CMAKE_CURRENT_SOURCE_DIR}/scripts/schema.mjs")
target_include_directories(pinlatch_snapshot PUBLIC "${pinlatch_generated}")
