// Owns the comparison of path patterns: how specific one is, and whether a request can fit two of
// them alike. Pure.
#pragma once

#include <string>

#include "snapshot/model.h"

namespace pinlatch::policy {

// RankOf orders patterns that fit one path, the most specific one last: segment by segment from the
// left literal before parameter before the end of a prefix. A literal is one whether its case
// counts or not.
std::string RankOf(const snapshot::PathPattern& pattern);

// ShapeOf is the same for patterns that could fit a request alike: names of parameters, case and
// trailing slash do not count.
std::string ShapeOf(const snapshot::PathPattern& pattern);

// FitAlike says whether some path fits both, segment by segment in the same way.
bool FitAlike(const snapshot::PathPattern& a, const snapshot::PathPattern& b);

// AreEquallyLenient says whether both see the same difference between trailing slashes, and between
// upper and lower case. Patterns that fit alike and are equally lenient are one.
bool AreEquallyLenient(const snapshot::PathPattern& a, const snapshot::PathPattern& b);

}  // namespace pinlatch::policy
