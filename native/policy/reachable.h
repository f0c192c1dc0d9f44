// Owns the question whether any request can reach a route. Pure.
#pragma once

#include "base/result.h"
#include "snapshot/model.h"

namespace pinlatch::policy {

// CheckReachable holds a route's host and path to the canonical forms that requests are brought
// into, by the very code that does it: a route in another form would match nothing, and what it
// guards would be left to a broader one. So is a prefix that the route adds: what upstreams get is
// canonical too. Error: kSnapshotInvalid at the route's `at`.
Status CheckReachable(const snapshot::Route& route);

}  // namespace pinlatch::policy
