// Owns the look-up of field names that the configuration singles out, folded as upstreams fold
// them: those that a route refuses or keeps. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "http/head.h"

namespace pinlatch::policy {

// NamesField says whether `name`, in any spelling, is one of `folded` (snapshot::FoldFieldName).
// For the few names of a route; FieldNameSet is for many.
bool NamesField(std::span<const std::string> folded, std::string_view name);

// FindRefused returns the first field that bears one of these names; nullptr when none does.
const http::Field* FindRefused(const http::Fields& fields, std::span<const std::string> folded);

}  // namespace pinlatch::policy
