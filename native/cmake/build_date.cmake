# The date of the build, in Unix seconds, for native/base/build_date.cc: below it a clock is known to
# be wrong. The same sources give the same date: SOURCE_DATE_EPOCH where it is set (reproducible
# packages), else that of the last commit; only sources without either take the clock.

function(pinlatch_find_build_date variable)
  if("$ENV{SOURCE_DATE_EPOCH}" MATCHES "^[0-9]+$")
    set(${variable} "$ENV{SOURCE_DATE_EPOCH}" PARENT_SCOPE)
    return()
  endif()
  string(TIMESTAMP now "%s" UTC)
  set(date "")
  if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/.git")
    execute_process(
      COMMAND git log -1 --format=%ct
      WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}"
      OUTPUT_VARIABLE date OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  endif()
  # A commit from the future was made by a clock that is no better than a board's.
  if(NOT date MATCHES "^[0-9]+$" OR date GREATER now)
    set(date "${now}")
  endif()
  set(${variable} "${date}" PARENT_SCOPE)
endfunction()

pinlatch_find_build_date(date)
set_source_files_properties("${CMAKE_CURRENT_SOURCE_DIR}/native/base/build_date.cc" PROPERTIES
  COMPILE_DEFINITIONS "PINLATCH_BUILD_DATE=${date}")
