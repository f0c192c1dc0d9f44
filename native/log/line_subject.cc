// See line_subject.h.
#include "log/line_subject.h"

#include <cstring>

#include "log/logging_worker.h"
#include "policy/matching_pins.h"
#include "policy/pin_match.h"

namespace pinlatch::proxy {
namespace {

using telemetry::LineAbout;
using telemetry::LineKind;

void Name(LineSubject& subject, const identity::PeerIdentity* identity) {
  subject.identity = identity;
  if (identity == nullptr) return;
  std::memcpy(&subject.certificate, identity->sha256.data(), sizeof(subject.certificate));
}

// Who has proved to hold a certificate is told apart by it, and others by their address.
LineSubject Begin(const Peer& peer, LineKind kind, LineAbout about) {
  LineSubject subject;
  subject.address = AddressKey(peer.address);
  subject.origin = {kind, about, peer.listener_number, subject.address};
  Name(subject, peer.identity.get());
  if (peer.identity) subject.origin.source = subject.certificate;
  return subject;
}

bool IsClient(const LoggingWorker& worker, const KnownPeer& peer) {
  if (peer.clients.was_asked()) return peer.clients.was_any();
  const Generation& generation = *worker.generation;
  return !policy::MatchClients(generation.snapshot.clients, generation.blind_index, *peer.identity,
                               generation.ClockAt(worker.wall_now()))
              .empty();
}

// A client whose pin has ended is still the client that the line is about.
std::string_view NameOf(const LoggingWorker& worker, const identity::PeerIdentity& identity,
                        bool is_proven) {
  const Generation& generation = *worker.generation;
  const std::vector<snapshot::Client>& clients = generation.snapshot.clients;
  const auto pinned = policy::PinnedClient(clients, generation.blind_index, identity);
  if (pinned.has_value()) return clients[*pinned].name;
  if (!is_proven) return {};  // conditions are met by whatever somebody writes
  const policy::ClientSet known = policy::MatchClients(clients, generation.blind_index, identity,
                                                       generation.ClockAt(worker.wall_now()));
  return known.empty() ? std::string_view() : clients[known.front()].name;
}

}  // namespace

LineSubject SubjectOfRequest(const LoggingWorker& worker, const KnownPeer& peer,
                             const RequestRecord& record) {
  LineAbout about = LineAbout::kStranger;
  if (!record.client.empty()) {
    about = LineAbout::kClient;
  } else if (peer.identity) {
    about = IsClient(worker, peer) ? LineAbout::kClient : LineAbout::kTrusted;
  }
  return Begin(peer, LineKind::kAccess, about);
}

LineSubject SubjectOfPeer(const LoggingWorker& worker, const Peer& peer) {
  if (!peer.identity) return Begin(peer, LineKind::kSecurity, LineAbout::kStranger);
  const std::string_view name = NameOf(worker, *peer.identity, true);
  LineSubject subject =
      Begin(peer, LineKind::kSecurity, name.empty() ? LineAbout::kTrusted : LineAbout::kClient);
  subject.known_as = name;
  return subject;
}

LineSubject SubjectOfClaim(const LoggingWorker& worker, const Peer& peer,
                           const identity::PeerIdentity* presented) {
  LineSubject subject = Begin(peer, LineKind::kSecurity, LineAbout::kStranger);
  Name(subject, presented);
  if (presented == nullptr) return subject;
  subject.known_as = NameOf(worker, *presented, false);
  if (!subject.known_as.empty()) subject.origin.about = LineAbout::kClaim;
  return subject;
}

}  // namespace pinlatch::proxy
