// Scores the verifier on public vectors that nobody here wrote (../shared/vectors, skipped where
// absent): no file may hold a false accept, and what is right may not become less. Every miss is
// printed with its reason.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "identity/describe.h"
#include "material/certificate_file.h"
#include "tls/json_line.h"
#include "trust/trust_bundle.h"
#include "trust/verifier.h"
#include "vectors.h"

namespace pinlatch::tls {
namespace {

using test::JsonLine;

struct Answer {
  bool accepted = false;
  std::string reason;
};

// The settings of one case, as `pinlatch verify --batch` gives them to the listener's own code.
snapshot::Trust SettingsOf(const JsonLine& line) {
  snapshot::Trust trust;
  const bool required = line.contains("crlRequired") && line.at("crlRequired") == "true";
  if (line.contains("minRsaBits"))
    trust.min_rsa_bits = static_cast<uint32_t>(std::stoul(line.at("minRsaBits")));
  if (line.contains("maxDepth"))
    trust.max_depth = static_cast<uint32_t>(std::stoul(line.at("maxDepth")));
  if (!required && !line.contains("crl")) return trust;
  trust.revocation.emplace();
  trust.revocation->accept_unlisted_issuers = !required;
  return trust;
}

Answer Judge(const JsonLine& line) {
  std::vector<ByteSpan> crls;
  if (line.contains("crl")) crls.push_back(AsBytes(line.at("crl")));
  const auto bundle = TrustBundle::FromBytes(SettingsOf(line), AsBytes(line.at("ca")), crls);
  if (!bundle.ok()) return {false, "bundle: " + bundle.error().detail};
  const auto chain = material::SplitCertificates(AsBytes(line.at("chain")));
  if (!chain.ok()) return {false, "chain: " + chain.error().detail};
  const std::vector<ByteSpan> presented(chain->begin(), chain->end());
  const Purpose purpose =
      line.at("purpose") == "client" ? Purpose::kClientAuth : Purpose::kServerAuth;
  const Verdict verdict = Verify({.chain = presented,
                                  .trust = **bundle,
                                  .purpose = purpose,
                                  .now = std::stoll(line.at("time")),
                                  .limits = (*bundle)->limits()});
  if (verdict.accepted()) return {true, "accepted"};
  return {false, verdict.refusal->ToString()};
}

struct Score {
  int run = 0;
  int right = 0;
  int false_accepts = 0;
};

Score ScoreFile(const std::string& path) {
  Score score;
  std::ifstream file(path);
  std::string text;
  const bool verbose = std::getenv("PINLATCH_VERBOSE") != nullptr;
  while (std::getline(file, text)) {
    const std::optional<JsonLine> line = test::ReadJsonLine(text);
    REQUIRE(line.has_value());
    const Answer answer = Judge(*line);
    const bool right = answer.accepted == (line->at("expect") == "accept");
    ++score.run;
    score.right += right ? 1 : 0;
    score.false_accepts += !right && answer.accepted ? 1 : 0;
    if (!right || verbose) {
      std::string shown = (right ? "" : "MISS ") + line->at("id") + ": " + answer.reason;
      MESSAGE(shown);
    }
  }
  return score;
}

// BoundOf is what test/fixtures/vector-bounds.jsonl says of a file.
JsonLine BoundOf(const std::string& name) {
  std::ifstream file(std::string(PINLATCH_SOURCE_DIR) + "/test/fixtures/vector-bounds.jsonl");
  std::string text;
  while (std::getline(file, text)) {
    std::optional<JsonLine> line = test::ReadJsonLine(text);
    REQUIRE(line.has_value());
    if (line->at("file") == name) return *std::move(line);
  }
  FAIL("no bound is set for " << name);
  return {};
}

void Hold(const std::string& name) {
  const std::optional<std::string> path = pinlatch::test::VectorsAt(name);
  if (!path) return;
  const JsonLine bound = BoundOf(name);
  const Score score = ScoreFile(*path);
  MESSAGE(name << ": " << score.right << " of " << score.run << " right, " << score.false_accepts
               << " false accepts");
  CHECK(score.run >= std::stoi(bound.at("cases")));
  CHECK(score.right >= std::stoi(bound.at("least")));
  if (bound.at("mayAccept") == "false") CHECK(score.false_accepts == 0);
}

TEST_CASE("of the x509-limbo core none is missed and none is falsely accepted") {
  Hold("x509-limbo-core.jsonl");
}
TEST_CASE("all name constraint vectors are right") { Hold("x509-limbo-name-constraints.jsonl"); }
TEST_CASE("of NIST PKITS at most one is missed and none is falsely accepted") {
  Hold("pkits.jsonl");
}
TEST_CASE("Web PKI strictness is scored apart: it is no rule of RFC 5280") {
  Hold("x509-limbo-policy.jsonl");
}

}  // namespace
}  // namespace pinlatch::tls
