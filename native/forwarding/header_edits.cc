// See header_edits.h.
#include "forwarding/header_edits.h"

#include "base/byte_buffer.h"
#include "http/writer.h"

namespace pinlatch::proxy {
namespace {

FieldNameSet DroppedBy(const snapshot::FieldEdits& edits) {
  std::vector<std::string> names = edits.remove;
  for (const auto& [name, value] : edits.set) names.push_back(name);
  return FieldNameSet::Of(names);
}

RequestEdits CompileRequest(const snapshot::FieldEdits& edits) {
  ByteBuffer lines;
  for (const auto& [name, value] : edits.set) http::AppendGivenField(lines, name, value);
  for (const auto& [name, value] : edits.add) http::AppendGivenField(lines, name, value);
  return {DroppedBy(edits), std::string(lines.text())};
}

ResponseEdits CompileResponse(const snapshot::FieldEdits& edits) {
  ResponseEdits compiled{DroppedBy(edits), {}};
  for (const auto& [name, value] : edits.set) compiled.added.push_back({name, value});
  for (const auto& [name, value] : edits.add) compiled.added.push_back({name, value});
  return compiled;
}

}  // namespace

std::vector<RouteEdits> CompileEdits(const snapshot::Snapshot& snapshot) {
  std::vector<RouteEdits> edits;
  edits.reserve(snapshot.routes.size());
  for (const snapshot::Route& route : snapshot.routes) {
    RouteEdits& own = edits.emplace_back();
    const snapshot::ProxyTo* proxy = snapshot::ProxyOf(route.action);
    if (proxy == nullptr) continue;
    own = {CompileRequest(proxy->forwarding.request), CompileResponse(proxy->forwarding.response)};
  }
  return edits;
}

}  // namespace pinlatch::proxy
