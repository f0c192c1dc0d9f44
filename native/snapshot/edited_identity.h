// Owns the rule that no route edits a field by which upstreams are told of clients, anywhere in the
// document. Pure.
#pragma once

#include "base/result.h"
#include "snapshot/model.h"

namespace pinlatch::snapshot {

// CheckEditedIdentity refuses header edits of requests that touch an identity header of the
// configuration's own: a constant in its place would be believed like it. Error: kSnapshotInvalid,
// with the route's `at`.
Status CheckEditedIdentity(const Snapshot& snapshot);

}  // namespace pinlatch::snapshot
