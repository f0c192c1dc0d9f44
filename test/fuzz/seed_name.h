// Owns what the name of a seed says: what must come of it. Pure.
#pragma once

#include <string_view>

#include "outcome.h"

namespace pinlatch::fuzz {

// Begins says that `name` is `outcome`, or goes on behind it with a dash.
bool Begins(std::string_view name, std::string_view outcome);

// Foretells says that a seed of this name has to come to this outcome. Of the rules that a name
// could mean ("signature", "signature-limit") it means the longest.
bool Foretells(std::string_view name, const Outcome& outcome);

}  // namespace pinlatch::fuzz
