// See known_names.h.
#include "names/known_names.h"

namespace pinlatch::tls {
namespace {

// Shown is what a client sent, for a log: a little of it, in visible ASCII.
std::string Shown(std::string_view name) {
  constexpr size_t kMostShown = 64;
  std::string shown(name.substr(0, kMostShown));
  for (char& c : shown) {
    if (c <= 0x20 || c >= 0x7F) c = '?';
  }
  return "\"" + shown + (name.size() > kMostShown ? "…\"" : "\"");
}

}  // namespace

Error UnknownServerName(std::string_view name) {
  return Error(
      ErrorCode::kUnknownServerName,
      "neither a certificate nor \"names\" of the listener has \"" + std::string(name) + "\"");
}

Error NoServerName(std::string_view asked) {
  return Error(ErrorCode::kUnknownServerName,
               "the client asked for " + Shown(asked) + ", which cannot be the name of a server");
}

}  // namespace pinlatch::tls
