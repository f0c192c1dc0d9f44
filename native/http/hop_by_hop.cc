// Owns which header fields end at this hop.
#include "http/hop_by_hop.h"

namespace pinlatch::http {
namespace {

bool IsWellKnown(std::string_view name) {
  switch (name.size()) {
    case 2:
      return EqualsIgnoringCase(name, "te");
    case 7:
      return EqualsIgnoringCase(name, "upgrade") || EqualsIgnoringCase(name, "trailer");
    case 10:
      return EqualsIgnoringCase(name, "connection") || EqualsIgnoringCase(name, "keep-alive");
    case 14:
      return EqualsIgnoringCase(name, "http2-settings");
    case 16:
      return EqualsIgnoringCase(name, "proxy-connection");
    case 17:
      return EqualsIgnoringCase(name, "transfer-encoding");
    case 18:
      return EqualsIgnoringCase(name, "proxy-authenticate");
    case 19:
      return EqualsIgnoringCase(name, "proxy-authorization");
    default:
      return false;
  }
}

}  // namespace

bool IsHopByHop(std::string_view name, const Fields& fields) {
  if (IsWellKnown(name)) return true;
  for (const Field& field : fields.from_connection()) {
    if (EqualsIgnoringCase(field.name, "connection") && ListHasToken(field.value, name))
      return true;
  }
  return false;
}

}  // namespace pinlatch::http
