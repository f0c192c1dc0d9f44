// See server_identity.h.
#include "verdict/server_identity.h"

#include <algorithm>

#include "base/ascii.h"
#include "names/name_match.h"

namespace pinlatch::tls {
namespace {

// A log line need not hold the hundreds of names that some certificates have.
constexpr size_t kMostListed = 8;

bool EqualsFolded(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return Lower(x) == Lower(y); });
}

bool IsFor(std::string_view presented, std::string_view name) {
  if (!IsDnsName(presented)) return false;
  return presented.starts_with("*.") ? WildcardReaches(presented, name)
                                     : EqualsFolded(presented, name);
}

}  // namespace

bool Proves(const identity::PeerIdentity& certificate, const ServerIdentity& who) {
  if (who.name.empty()) return false;
  if (who.is_address) {
    return std::find(certificate.san_ip.begin(), certificate.san_ip.end(), who.name) !=
           certificate.san_ip.end();
  }
  return std::any_of(certificate.san_dns.begin(), certificate.san_dns.end(),
                     [&](const std::string& presented) { return IsFor(presented, who.name); });
}

std::string NamesOf(const identity::PeerIdentity& certificate) {
  std::string list;
  size_t count = 0;
  for (const auto* names : {&certificate.san_dns, &certificate.san_ip}) {
    for (const std::string& name : *names) {
      if (++count > kMostListed) continue;
      list += (list.empty() ? "" : ", ") + name;
    }
  }
  if (count > kMostListed) list += " and " + std::to_string(count - kMostListed) + " more";
  return list.empty() ? "no name" : list;
}

}  // namespace pinlatch::tls
