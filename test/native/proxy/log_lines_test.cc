// The lines of the data plane: their length whatever peers choose, who is told apart, what is left
// out, remembered and dropped.
#include <string>
#include <vector>

#include "doctest/doctest.h"
#include "exchange/worker_context.h"
#include "log/access_log.h"
#include "log/security_log.h"
#include "proxy/run_for.h"

namespace pinlatch::proxy {
namespace {

constexpr size_t kMostLine = 6144;
constexpr size_t kMostShortLine = 700;

std::string Octets(size_t count) { return std::string(count, '\x01'); }

std::shared_ptr<identity::PeerIdentity> IdentityOf(uint8_t number, size_t length = 8) {
  auto identity = std::make_shared<identity::PeerIdentity>();
  identity->sha256.fill(number);
  identity->subject = "CN=" + Octets(length);
  identity->issuer = "CN=" + Octets(length);
  identity->serial = std::string(length, 'A');
  const std::vector<std::string> names(58, Octets(length));
  identity->san_dns = identity->san_uri = identity->san_email = identity->san_ip = names;
  return identity;
}

snapshot::Client ClientOf(const std::string& name, uint8_t number) {
  snapshot::Client client;
  client.name = name;
  client.pins.emplace_back().value.fill(number);
  return client;
}

struct Fixture {
  Fixture() : loop(std::move(io::EventLoop::Create()).value()) {
    auto made = std::make_shared<Generation>();
    made->number = 1;
    made->snapshot.clients = {ClientOf("billing", 0x11)};
    made->blind_index = policy::BlindIndex::Build(made->snapshot.clients, {});
    generation = made;
    worker.generation = made;
    worker.gate.Share(std::make_shared<telemetry::LineAllowances>(), denials);
    peer.listener_name = "edge";
    peer.remote = "127.100.200.250:40000";
    peer.address = {{127, 100, 200, 250}, 4};
  }
  std::vector<std::string> Lines() {
    std::string text;
    events.Drain(text);
    std::vector<std::string> lines;
    for (size_t at = 0, end = 0; at < text.size(); at = end + 1) {
      end = text.find('\n', at);
      lines.push_back(text.substr(at, end - at));
    }
    return lines;
  }
  void RefuseHandshake(const identity::PeerIdentity* presented, size_t detail = 0) {
    const Error error(ErrorCode::kUnknownCa, Octets(detail));
    LogTlsFailure(worker, peer, {"handshake-refused", error, 48, -1, presented});
  }
  RequestRecord RefusedRequest(size_t length) const {
    RequestRecord record;
    record.id = std::string(32, 'a');
    record.protocol = "HTTP/1.1";
    record.method = record.host = record.path = record.forwarded_for = Octets(length);
    record.status = 403;
    record.error = Error(ErrorCode::kNotPinned, Octets(length));
    record.evidence = std::make_unique<policy::Evidence>();
    record.evidence->findings.assign(5, Octets(length));
    return record;
  }

  std::unique_ptr<io::EventLoop> loop;
  telemetry::Counters counters;
  telemetry::EventLog events{nullptr};
  WorkerContext worker{*loop, counters, events, UnixNow};
  std::shared_ptr<Generation> generation;
  std::shared_ptr<telemetry::DenialRing> denials = std::make_shared<telemetry::DenialRing>();
  KnownPeer peer;
};

bool Has(const std::string& line, std::string_view part) {
  return line.find(part) != std::string::npos;
}

TEST_CASE("a line is bounded whatever the peer chooses, and has what it takes to pin the client") {
  Fixture fixture;
  fixture.peer.server_name = Octets(5000);
  const auto presented = IdentityOf(0x22, 5000);
  fixture.RefuseHandshake(presented.get(), 5000);
  fixture.peer.identity = presented;
  LogRequest(fixture.worker, fixture.peer, fixture.RefusedRequest(5000));
  RequestRecord record = fixture.RefusedRequest(5000);
  LogTunnel(fixture.worker, fixture.peer, record, "refused");
  LogEviction(fixture.worker, fixture.peer, *record.error, true);
  const std::vector<std::string> fields(100, Octets(5000));
  LogOmittedIdentity(fixture.worker, fixture.peer, record, fields);
  const std::vector<std::string> lines = fixture.Lines();
  REQUIRE(lines.size() == 7);
  for (const std::string& line : lines) {
    CHECK_MESSAGE(line.size() < kMostLine, line.size());
    CHECK(Has(line, "\"fingerprint\":\"sha256:2222"));
    CHECK(line.back() == '}');
  }
}

TEST_CASE("what is written in a flood, and what is left out of the log, is short") {
  Fixture fixture;
  fixture.peer.server_name = Octets(5000);
  for (uint32_t address = 0; address < 500; ++address) {
    fixture.peer.address.octets[2] = static_cast<uint8_t>(address >> 8);
    fixture.peer.address.octets[3] = static_cast<uint8_t>(address);
    fixture.RefuseHandshake(IdentityOf(0x22, 5000).get(), 5000);
    LogRequest(fixture.worker, fixture.peer, fixture.RefusedRequest(5000));
  }
  const std::vector<std::string> lines = fixture.Lines();
  size_t security = 0;
  size_t total = 0;
  for (const std::string& line : lines) {
    security += Has(line, "handshake-refused") ? 1 : 0;
    total += line.size();
  }
  CHECK(lines.size() == 1500);  // a refused request has two
  CHECK(security == 500);       // the first of each address
  CHECK_MESSAGE(lines.back().size() < kMostShortLine, lines.back().size());
  // What is not short is within its allowance, which may end with a line.
  const size_t most = lines.size() * kMostShortLine + telemetry::LineAllowances::kWholeBytes;
  CHECK_MESSAGE(total < most + kMostLine, total);
}

TEST_CASE("a configured client is named: by proof, by a claim, and when its pin has ended") {
  Fixture fixture;
  const auto identity = IdentityOf(0x11);
  CHECK(SubjectOfClaim(fixture.worker, fixture.peer, identity.get()).origin.about ==
        telemetry::LineAbout::kClaim);
  CHECK(SubjectOfClaim(fixture.worker, fixture.peer, nullptr).origin.about ==
        telemetry::LineAbout::kStranger);
  CHECK(SubjectOfClaim(fixture.worker, fixture.peer, IdentityOf(0x22).get()).origin.about ==
        telemetry::LineAbout::kStranger);
  fixture.peer.identity = IdentityOf(0x22);
  CHECK(SubjectOfPeer(fixture.worker, fixture.peer).origin.about == telemetry::LineAbout::kTrusted);
  fixture.peer.identity = identity;
  CHECK(SubjectOfPeer(fixture.worker, fixture.peer).known_as == "billing");
  fixture.generation->snapshot.clients[0].pins[0].period.until = 1;
  const LineSubject subject = SubjectOfPeer(fixture.worker, fixture.peer);
  CHECK(subject.known_as == "billing");
  CHECK(subject.origin.about == telemetry::LineAbout::kClient);
}

TEST_CASE("conditions make nobody known who has proved nothing") {
  Fixture fixture;
  snapshot::Client& client = fixture.generation->snapshot.clients[0];
  client.pins.clear();
  client.unpinned = true;
  client.when.emplace();
  client.when->kind = snapshot::Condition::Kind::kNot;  // of what nobody meets
  client.when->parts.emplace_back();
  fixture.generation->blind_index =
      policy::BlindIndex::Build(fixture.generation->snapshot.clients, {});
  const auto identity = IdentityOf(0x22);
  CHECK(SubjectOfClaim(fixture.worker, fixture.peer, identity.get()).known_as == "");
  fixture.peer.identity = identity;
  CHECK(SubjectOfPeer(fixture.worker, fixture.peer).known_as == "billing");
}

TEST_CASE("what is left out is counted, told a second later, and explained under its id") {
  constexpr uint64_t kWritten = telemetry::LineAllowances::kRepeats;
  Fixture fixture;
  for (uint64_t i = 0; i < kWritten + 92; ++i) fixture.RefuseHandshake(nullptr);
  CHECK(fixture.Lines().size() == kWritten);
  CHECK(fixture.counters.security_lines_omitted.Read() == 92);
  RunFor(*fixture.loop, Milliseconds(1200));
  const std::vector<std::string> lines = fixture.Lines();
  REQUIRE(lines.size() == 1);
  CHECK(Has(lines[0],
            "\"event\":\"lines-omitted\",\"code\":\"unknown-ca\",\"count\":92,"
            "\"remote\":\"127.100.200.250:40000\""));
  const std::vector<std::string> found = fixture.denials->Find("127.100.200.250:40000");
  REQUIRE(found.size() == 1);
  CHECK(Has(found[0], "\"code\":\"unknown-ca\""));
}

TEST_CASE("a sum names an address only where all that it sums up is of that one") {
  const auto sum_of = [](const std::vector<std::string>& addresses) {
    Fixture fixture;
    for (const std::string& address : addresses) {
      fixture.peer.remote_ip = address;
      fixture.peer.remote = address + ":7";
      fixture.worker.gate.LeaveOut("unknown-ca", fixture.peer);
    }
    fixture.worker.gate.Finish();
    return fixture.Lines().at(0);
  };
  CHECK(Has(sum_of({"192.0.2.1", "192.0.2.1"}), "\"count\":2,\"remote\":\"192.0.2.1:7\"}"));
  CHECK(Has(sum_of({"192.0.2.1", "192.0.2.2", "192.0.2.1"}), "\"count\":3,\"addresses\":2}"));
  std::vector<std::string> many;
  for (int i = 0; i < 64; ++i) many.push_back("192.0.2." + std::to_string(i));
  CHECK(Has(sum_of(many), "\"count\":64,\"addresses\":64}"));
  many.push_back("192.0.2.64");
  CHECK(Has(sum_of(many), "\"count\":65,\"addressesOver\":64}"));
}

TEST_CASE("connections that fell to a limit name an address only where all were its own") {
  Fixture fixture;
  LimitLog& log = fixture.worker.limit_log;
  const auto note = [&log](uint8_t last) {
    AddressOctets address;
    address.size = 4;
    address.octets = {192, 0, 2, last};
    log.Note("edge", ErrorCode::kHandshakeDisplaced, address);
  };
  note(1);
  CHECK(Has(fixture.Lines().at(0), "\"remote\":\"192.0.2.1\""));
  note(2);
  note(2);
  RunFor(*fixture.loop, Milliseconds(1200));
  CHECK(Has(fixture.Lines().at(0), "\"remote\":\"192.0.2.2\""));
  note(1);
  note(2);
  RunFor(*fixture.loop, Milliseconds(1200));
  const std::string line = fixture.Lines().at(0);
  CHECK(Has(line, "\"addresses\":2"));
  CHECK_FALSE(Has(line, "\"remote\""));
}

TEST_CASE("a sum that is due at the end is told then") {
  Fixture fixture;
  for (uint64_t i = 0; i <= telemetry::LineAllowances::kRepeats; ++i) {
    fixture.RefuseHandshake(nullptr);
  }
  fixture.Lines();
  fixture.worker.gate.Finish();
  CHECK(Has(fixture.Lines().at(0), "lines-omitted"));
  fixture.worker.gate.Finish();
  CHECK(fixture.Lines().empty());
}

TEST_CASE("a refused request is remembered also when the log wants no access lines") {
  Fixture fixture;
  fixture.generation->snapshot.access_log = snapshot::AccessLog::kOff;
  RequestRecord record = fixture.RefusedRequest(8);
  record.error = Error(ErrorCode::kNoRoute);
  LogRequest(fixture.worker, fixture.peer, record);
  CHECK(fixture.Lines().empty());
  CHECK(fixture.denials->Find(record.id).size() == 1);
  record.error.reset();
  record.id[0] = 'b';
  LogRequest(fixture.worker, fixture.peer, record);
  CHECK(fixture.denials->Find(record.id).empty());
}

TEST_CASE("lines that find no room are counted by their kind") {
  Fixture fixture;
  const RequestRecord record = fixture.RefusedRequest(100);
  while (fixture.counters.access_lines_dropped.Read() == 0) {
    LogRequest(fixture.worker, fixture.peer, record);
  }
  CHECK(fixture.counters.security_lines_dropped.Read() == 0);
  const std::string line(1000, 'x');
  while (fixture.counters.upstream_lines_dropped.Read() == 0) {
    fixture.worker.gate.Write({telemetry::LineKind::kUpstream}, line);
  }
  CHECK(fixture.counters.events_dropped.Read() == fixture.counters.access_lines_dropped.Read() + 1);
}

}  // namespace
}  // namespace pinlatch::proxy
