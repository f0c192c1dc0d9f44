// Owns the header edits of a route in the form in which requests use them: names folded and sorted,
// lines written. Made with the generation; immutable.
#pragma once

#include <string>
#include <vector>

#include "forwarding/identity_headers.h"
#include "http/head.h"
#include "snapshot/model.h"

namespace pinlatch::proxy {

// RequestEdits: fields of the client whose name is in `dropped` end here, `lines` go on.
struct RequestEdits {
  FieldNameSet dropped;
  std::string lines;  // whole field lines
};

// ResponseEdits: the same of the upstream's fields. `added` borrows from the snapshot.
struct ResponseEdits {
  FieldNameSet dropped;
  std::vector<http::Field> added;
};

struct RouteEdits {
  RequestEdits request;
  ResponseEdits response;
};

// CompileEdits makes the edits of every route, with the indices of the snapshot's routes; a route
// that answers by itself has none. The snapshot must outlive them.
std::vector<RouteEdits> CompileEdits(const snapshot::Snapshot& snapshot);

}  // namespace pinlatch::proxy
