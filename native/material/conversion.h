// Owns the commands that turn a file into what its place wants. Pure.
#pragma once

#include <string>
#include <string_view>

#include "material/misfit.h"

namespace pinlatch::material {

// ConversionOf says what to do with a file of which nothing can be used in its place.
std::string ConversionOf(const Content& content, Place place, std::string_view path);

// SeparationOf says what to do with one in which such a block stands beside certificates.
std::string SeparationOf(const Content& content, std::string_view path);

}  // namespace pinlatch::material
