// Fuzzes the handshake of both ends (tls::ServerSession and tls::ClientSession, with mbedTLS behind
// them) and what follows it: the two talk to each other, and what they say is edited on its way,
// record by record, also where it would be encrypted (handshake_fuzz/transparent_crypto.h). Without
// an edit they must come to an end that both accept; with any, nobody gets through whose
// certificate is not the right one.
//
// An input is: one byte of flags, the number of edits, the edits (handshake_fuzz/edited_wire.h),
// and bytes that edits may inject.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "handshake_fuzz/edited_wire.h"
#include "handshake_fuzz/site.h"
#include "handshake_fuzz/transparent_crypto.h"
#include "session/client_session.h"
#include "session/server_session.h"
#include "session/ticket_keys.h"
#include "tls/shake.h"

namespace {

using namespace pinlatch;
using fuzz::kNow;
using fuzz::Require;
using fuzz::Site;
using Progress = tls::SessionProgress;

enum Flag : uint8_t {
  kTls12 = 0x01,          // the server speaks nothing newer
  kNoCertificate = 0x02,  // of the client
  kOptional = 0x04,       // is the client's certificate
  kBytewise =
      0x08,  // ends are asked to go on after every record, else when nothing passes any more
};

// Reached counts what inputs came to, so that a corpus which reaches too little is found out.
struct Reached {
  int accepted_tls12 = 0;
  int accepted_tls13 = 0;
  int refused_by_server = 0;
  int refused_by_client = 0;
  int broken_later = 0;
} reached;

struct AnyServer final : tls::ServerCheck {
  Result<UnixSeconds> Admits(const identity::PeerIdentity&, UnixSeconds) const override {
    return std::numeric_limits<UnixSeconds>::max();
  }
};

// Talk is one connection.
class Talk {
 public:
  Talk(Site& site, uint8_t flags, std::vector<fuzz::Edit> edits, ByteSpan spare)
      : flags_(flags), edited_(!edits.empty()), wire_(std::move(edits), spare) {
    const bool optional = (flags & kOptional) != 0;
    auto server = tls::ServerSession::Create(site.Server(optional, (flags & kTls12) != 0),
                                             wire_.server(), site.verdicts(), keys_);
    auto client = tls::ClientSession::Create(site.Client((flags & kNoCertificate) != 0), name_,
                                             check_, wire_.client());
    Require(server.ok() && client.ok());
    server_ = std::move(server).value();
    client_ = std::move(client).value();
  }

  void Run(const identity::Sha256& right) {
    Shake();
    if (server_progress_ == Progress::kDone) CheckAccepted(right);
    if (!edited_) Require(Both(Progress::kDone) == MayEnter());
    if (Both(Progress::kDone)) {
      ++(server_->facts().version == snapshot::TlsVersion::kTls12 ? reached.accepted_tls12
                                                                  : reached.accepted_tls13);
      Exchange();
    }
    if (server_progress_ == Progress::kFailed) {
      ++reached.refused_by_server;
      Require(!server_->error().detail.empty() && server_->peer() == nullptr);
    }
    if (client_progress_ == Progress::kFailed) {
      ++reached.refused_by_client;
      Require(!client_->error().detail.empty());
    }
  }

 private:
  bool Both(Progress wanted) const {
    return server_progress_ == wanted && client_progress_ == wanted;
  }
  bool MayEnter() const { return (flags_ & kNoCertificate) == 0 || (flags_ & kOptional) != 0; }

  void Shake() {
    bool passed = true;
    for (int round = 0; round < 64 && passed; ++round) {
      client_progress_ = test::Shake(*client_, kNow);
      passed = wire_.Pass();
      if ((flags_ & kBytewise) != 0) passed = wire_.Pass() || passed;
      server_progress_ = test::Shake(*server_, kNow);
      passed = wire_.Pass() || passed;
    }
    wire_.client().End();
    wire_.server().End();
    // An alert may come when one side believes that all is well: TLS 1.3 has the client done first.
    client_progress_ = test::Shake(*client_, kNow);
    server_progress_ = test::Shake(*server_, kNow);
  }

  void CheckAccepted(const identity::Sha256& right) const {
    const auto peer = server_->peer();
    Require(peer != nullptr || (flags_ & kOptional) != 0);
    Require(peer == nullptr || peer->sha256 == right);
    Require(server_->facts().server_name == "localhost" || edited_);
  }

  // Exchange has each side say a word; edits reach what comes after the handshake as well.
  void Exchange() {
    const bool asked = Carry(*client_, *server_, "ping");
    const bool answered = Carry(*server_, *client_, "pong");
    Require(edited_ || (asked && answered));
    if (!asked || !answered) ++reached.broken_later;
    server_->Close();
    client_->Close();
    wire_.Pass();
    uint8_t byte = 0;
    server_->Read({&byte, 1});
    client_->Read({&byte, 1});
  }

  template <typename From, typename To>
  bool Carry(From& from, To& to, std::string_view word) {
    if (from.Write(AsBytes(word)).kind != Transfer::Kind::kMoved) return false;
    wire_.Pass();
    std::string got;
    uint8_t bytes[64];
    while (got.size() < word.size()) {
      const Transfer transfer = to.Read(bytes);
      if (transfer.kind != Transfer::Kind::kMoved) return false;
      got.append(AsText(ByteSpan(bytes, transfer.count)));
    }
    return got == word;
  }

  const uint8_t flags_;
  const bool edited_;
  fuzz::EditedWire wire_;
  AnyServer check_;
  const tls::ServerIdentity name_{"localhost", false};
  const std::shared_ptr<const tls::TicketKeys> keys_ = *tls::TicketKeys::Create();
  std::unique_ptr<tls::ServerSession> server_;
  std::unique_ptr<tls::ClientSession> client_;
  Progress server_progress_ = Progress::kWantRead;
  Progress client_progress_ = Progress::kWantRead;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Site& site = *[] {
    fuzz::UseTransparentCrypto();
    return new Site;
  }();
  constexpr size_t kHead = 2;
  constexpr size_t kMostEdits = 16;
  if (size < kHead) return 0;
  ByteSpan rest(data + kHead, size - kHead);
  const size_t count = std::min({size_t{data[1]}, kMostEdits, rest.size() / fuzz::Edit::kSize});
  std::vector<fuzz::Edit> edits;
  for (; edits.size() < count; rest = rest.subspan(fuzz::Edit::kSize)) edits.emplace_back(rest);
  fuzz::BeginAnew();
  Talk(site, data[0], std::move(edits), rest).Run(site.client_fingerprint());
  Require(fuzz::HeldKeys() == 0);
  return 0;
}

// PinlatchCorpusSuffices is asked after a replay.
extern "C" int PinlatchCorpusSuffices() {
  std::printf(
      "accepted: %d on TLS 1.2, %d on TLS 1.3; refused: %d by servers, %d by clients; "
      "broken later: %d\n",
      reached.accepted_tls12, reached.accepted_tls13, reached.refused_by_server,
      reached.refused_by_client, reached.broken_later);
  return reached.accepted_tls12 > 0 && reached.accepted_tls13 > 0 &&
         reached.refused_by_server > 0 && reached.refused_by_client > 0 && reached.broken_later > 0;
}
