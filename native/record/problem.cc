// See problem.h. Nothing that a peer sent is written here, so nothing needs escaping.
#include "record/problem.h"

#include "http/writer.h"

namespace pinlatch::proxy {

std::string ProblemBody(ErrorCode code, std::string_view request_id, std::string_view scopes) {
  const uint16_t status = HttpStatusOf(code);
  std::string body;
  body.reserve(320);
  body.append(R"({"type":"urn:pinlatch:problem:)").append(StableCode(code));
  body.append(R"(","title":")").append(http::ReasonPhrase(status));
  body.append(R"(","status":)").append(std::to_string(status));
  body.append(R"(,"detail":")").append(GenericText(code));
  body.append(R"(","instance":"urn:pinlatch:request:)").append(request_id);
  body.append(R"(","code":")").append(StableCode(code));
  if (!scopes.empty()) body.append(R"(","scope":")").append(scopes);
  body.append(R"(","requestId":")").append(request_id).append("\"}\n");
  return body;
}

}  // namespace pinlatch::proxy
