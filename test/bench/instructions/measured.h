// Owns the measured part of a row: a unit of work that is done a few times beforehand and then so
// often that what chance adds to each evens out. Without valgrind the work is done and nothing
// counted.
#pragma once

#include <string>

#include "instructions/stillness.h"

namespace pinlatch::instructions {

inline constexpr int kWarmUnits = 3;

// kUnitsBesides are done beside those that are measured: to fill what is filled once, and for the
// end to be noticed.
inline constexpr int kUnitsBesides = kWarmUnits + 1;

// Measure leaves one profile, whose name says what `row` is and how many units are in it. `unit`
// leaves the worker at rest.
template <typename Unit>
void Measure(const std::string& row, int units, Unit unit) {
  for (int i = 0; i < kWarmUnits; ++i) unit();
  BeginProfile(row + " x " + std::to_string(units));
  for (int i = 0; i < units; ++i) unit();
  EndProfile();
  unit();
}

}  // namespace pinlatch::instructions
