// See path_likeness.h.
#include "policy/path_likeness.h"

#include <algorithm>

#include "match/folded_text.h"

namespace pinlatch::policy {
namespace {

using snapshot::PathPattern;
using snapshot::PathSegment;

bool HaveSameSlash(const PathPattern& a, const PathPattern& b) {
  if (a.is_prefix != b.is_prefix) return false;
  return a.trailing_slash == b.trailing_slash || a.TakesEitherSlash() || b.TakesEitherSlash();
}

}  // namespace

std::string RankOf(const PathPattern& pattern) {
  std::string rank;
  rank.reserve(pattern.segments.size() + 1);
  for (const PathSegment& segment : pattern.segments) rank += segment.is_parameter ? '2' : '3';
  return rank += pattern.is_prefix ? '1' : '4';
}

std::string ShapeOf(const PathPattern& pattern) {
  std::string shape;
  for (const PathSegment& segment : pattern.segments) {
    shape += '/';
    if (segment.is_parameter) {
      shape += "{}";
    } else {
      for (const char c : segment.text) shape += FoldCase(c);
    }
  }
  return shape += pattern.is_prefix ? "/*" : "";
}

bool FitAlike(const PathPattern& a, const PathPattern& b) {
  if (!HaveSameSlash(a, b)) return false;
  const bool ignores_case = a.IgnoresCase() || b.IgnoresCase();
  return std::equal(a.segments.begin(), a.segments.end(), b.segments.begin(), b.segments.end(),
                    [ignores_case](const PathSegment& x, const PathSegment& y) {
                      if (x.is_parameter || y.is_parameter) {
                        return x.is_parameter && y.is_parameter;
                      }
                      return ignores_case ? EqualIgnoringCase(x.text, y.text) : x.text == y.text;
                    });
}

bool AreEquallyLenient(const PathPattern& a, const PathPattern& b) {
  return a.IgnoresCase() == b.IgnoresCase() && a.TakesEitherSlash() == b.TakesEitherSlash();
}

}  // namespace pinlatch::policy
