# pinlatch_layer(<name> [DEPENDS <earlier layers...>] [LIBS <vendored libraries...>])
#
# One folder under native/ as one static library, pinlatch_<name>. Vendored libraries are linked
# privately, so that the headers of mbedTLS, yyjson and nghttp2 are out of reach of every other layer.
# Appends to PINLATCH_LAYERS and sets PINLATCH_<name>_DEPENDS and PINLATCH_<name>_LIBS.
macro(pinlatch_layer name)
  cmake_parse_arguments(layer_arg "" "" "DEPENDS;LIBS" ${ARGN})
  list(APPEND PINLATCH_LAYERS ${name})
  set(PINLATCH_${name}_DEPENDS ${layer_arg_DEPENDS})
  set(PINLATCH_${name}_LIBS ${layer_arg_LIBS})
  pinlatch_add_layer(${name})
endmacro()

function(pinlatch_add_layer name)
  set(include_root "${CMAKE_CURRENT_SOURCE_DIR}/native")
  file(GLOB sources CONFIGURE_DEPENDS "${include_root}/${name}/*.cc")
  set(dependencies ${PINLATCH_${name}_DEPENDS})
  list(TRANSFORM dependencies PREPEND pinlatch_)

  if(NOT sources)
    add_library(pinlatch_${name} INTERFACE)
    target_include_directories(pinlatch_${name} INTERFACE "${include_root}")
    target_link_libraries(pinlatch_${name} INTERFACE ${dependencies})
    return()
  endif()

  add_library(pinlatch_${name} STATIC ${sources})
  target_include_directories(pinlatch_${name} PUBLIC "${include_root}")
  target_link_libraries(pinlatch_${name}
    PUBLIC ${dependencies} pinlatch_build
    PRIVATE pinlatch_warnings pinlatch_no_exceptions ${PINLATCH_${name}_LIBS})
  pinlatch_open_private_fields(pinlatch_${name} ${PINLATCH_${name}_LIBS})
endfunction()

# What mbedTLS 3 calls private fields is for some facts (the negotiated group, a CRL's entries) the
# only way in. Allowed where mbedTLS may be included at all, and nowhere else.
function(pinlatch_open_private_fields target)
  if("mbedtls" IN_LIST ARGN)
    target_compile_definitions(${target} PRIVATE MBEDTLS_ALLOW_PRIVATE_ACCESS)
  endif()
endfunction()

# What runs at start, at a reload or for an operator's question, and never for a request, is made small: what is loaded
# of the addon stays resident. A whole layer, or the sources of one that are named, without their ending.
set(pinlatch_small $<$<CONFIG:Release>:-Os>)
function(pinlatch_prefer_size layer)
  if(NOT ARGN)
    target_compile_options(pinlatch_${layer} PRIVATE ${pinlatch_small})
  endif()
  foreach(source IN LISTS ARGN)
    set(path "${CMAKE_CURRENT_SOURCE_DIR}/native/${layer}/${source}.cc")
    if(NOT EXISTS "${path}")
      message(FATAL_ERROR "pinlatch_prefer_size(${layer} ${source}): there is no ${path}")
    endif()
    set_property(SOURCE "${path}" APPEND PROPERTY COMPILE_OPTIONS ${pinlatch_small})
  endforeach()
endfunction()
