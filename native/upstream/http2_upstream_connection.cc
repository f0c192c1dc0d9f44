// See http2_upstream_connection.h.
#include "upstream/http2_upstream_connection.h"

#include <algorithm>
#include <utility>

#include "upstream/http2_upstream.h"
#include "upstream/upstream_worker.h"

namespace pinlatch::proxy {
namespace {

constexpr size_t kPiece = 2 * 16 * 1024;    // of one read
constexpr size_t kBacklog = 4 * 16 * 1024;  // frames that wait for the transport
constexpr int kRounds = 8;                  // then other connections get their turn
constexpr uint32_t kStreamWindow = 64 * 1024;
constexpr Duration kFirstIdle = std::chrono::seconds(10);  // until an exchange has said otherwise

http2::Options SessionOptions() {
  http2::Options options;
  options.stream_window = kStreamWindow;
  // As much as all streams together: a client that does not take its response must not keep those
  // of others from coming.
  options.session_window = Http2UpstreamConnection::kMostStreams * kStreamWindow;
  options.block = {64 * 1024, 200};
  return options;
}

}  // namespace

Result<std::unique_ptr<Http2UpstreamConnection>> Http2UpstreamConnection::Open(
    UpstreamWorker& worker, const Target& target, Owner& owner) {
  PINLATCH_ASSIGN(std::unique_ptr<UpstreamConnection> transport,
                  UpstreamConnection::Open(worker, target));
  return std::unique_ptr<Http2UpstreamConnection>(
      new Http2UpstreamConnection(worker.loop, std::move(transport), owner));
}

Http2UpstreamConnection::Http2UpstreamConnection(io::EventLoop& loop,
                                                 std::unique_ptr<UpstreamConnection> transport,
                                                 Owner& owner)
    : loop_(loop), transport_(std::move(transport)), owner_(owner), keep_alive_(kFirstIdle) {
  transport_->SetUser(this);
}

Http2UpstreamConnection::~Http2UpstreamConnection() = default;

bool Http2UpstreamConnection::takes_streams() const {
  if (dead_ || going_away_) return false;
  if (session_ == nullptr) return streams_.size() < kMostStreams;
  return transport_->Admitted() && session_->may_request() &&
         streams_.size() < std::min(session_->peer_max_streams(), kMostStreams);
}

Progress Http2UpstreamConnection::Connect() const {
  if (dead_ || going_away_ || distrust() != nullptr) return Progress::kFailed;
  return session_ != nullptr ? Progress::kMoved : Progress::kBlocked;
}

void Http2UpstreamConnection::Attach(Http2Upstream& stream) {
  streams_.push_back(&stream);
  transport_->DisarmTimer();
}

void Http2UpstreamConnection::Detach(Http2Upstream& stream) {
  std::erase(streams_, &stream);
  std::erase(ready_, &stream);
  if (!streams_.empty()) return;
  // Nobody waits for a connection that does not stand yet.
  if (session_ == nullptr || keep_alive_ <= Duration::zero()) dead_ = true;
  if (!dead_) transport_->ArmTimer(keep_alive_);
  SendSoon();
}

void Http2UpstreamConnection::NoteReady(Http2Upstream& stream) {
  if (std::find(ready_.begin(), ready_.end(), &stream) == ready_.end()) ready_.push_back(&stream);
}

// Pump moves what can be moved, then tells the streams: what they do in turn is sent by Run.
void Http2UpstreamConnection::Pump() {
  const bool had_turn = std::exchange(has_turn_, true);
  TakeTurn();
  has_turn_ = had_turn;
}

void Http2UpstreamConnection::TakeTurn() {
  NoticeDistrust();
  for (int round = 0; round < kRounds && !dead_; ++round) {
    if (session_ == nullptr && !Establish()) break;
    const bool received = Receive();
    const bool sent = !dead_ && Send();
    if (!dead_) NoticeEnd();
    if (!received && !sent) break;
    if (round + 1 == kRounds) SendSoon();
  }
  TellReady();
  if (dead_ || (session_ != nullptr && session_->wants_to_send())) SendSoon();
}

// Establish says whether the session is there.
bool Http2UpstreamConnection::Establish() {
  const Transfer transfer = transport_->Connect();
  if (transfer.kind == Transfer::Kind::kWouldBlock) return false;
  if (transfer.kind == Transfer::Kind::kFailed) {
    Fail(transport_->error());
    return false;
  }
  if (transport_->secure() && transport_->protocol() != "h2") {
    Fail(Error(ErrorCode::kUpstreamTls, "the service did not negotiate HTTP/2 (h2, by ALPN)"));
    return false;
  }
  auto session = http2::Session::Create(http2::Session::Role::kClient, SessionOptions(), *this);
  if (!session.ok()) {
    Fail(std::move(session).error());
    return false;
  }
  session_ = std::move(session).value();
  for (Http2Upstream* stream : streams_) NoteReady(*stream);
  return true;
}

bool Http2UpstreamConnection::Receive() {
  const Transfer transfer = transport_->Fill(kPiece);
  if (transfer.kind == Transfer::Kind::kWouldBlock) return false;
  if (transfer.kind == Transfer::Kind::kFailed) {
    Fail(transport_->error());
    return true;
  }
  if (transfer.kind == Transfer::Kind::kEnd) {
    Fail(Error(ErrorCode::kUpstreamReset, "closed the connection"));
    return true;
  }
  received_ += transfer.count;
  ByteBuffer& in = transport_->in();
  Status status = session_->Receive(in.readable(), loop_.now());
  in.Consume(in.size());
  if (status.ok()) return true;
  // Whatever HTTP/2 calls it, here the service did it.
  (void)Send();  // GOAWAY says why, as far as it is taken
  Fail(Error(ErrorCode::kUpstreamMalformed, "HTTP/2: " + status.error().detail));
  return true;
}

bool Http2UpstreamConnection::Send() {
  session_->Send(transport_->out(), kBacklog);
  if (transport_->out().empty()) return false;
  const Transfer transfer = transport_->Flush();
  // What the upstream sent before it stopped taking is still to be read: Receive finds the end.
  return transfer.kind == Transfer::Kind::kMoved;
}

// NoticeEnd notices when the session has no use for more bytes, because what came was no HTTP/2, or
// because all was said.
void Http2UpstreamConnection::NoticeEnd() {
  const std::optional<Error>& failure = session_->failure();
  if (failure.has_value()) {
    Fail(Error(ErrorCode::kUpstreamMalformed, "HTTP/2: " + failure->detail));
  } else if (session_->over()) {
    Fail(Error(ErrorCode::kUpstreamReset, "ended the connection"));
  }
}

// NoticeDistrust has the streams see to it, of which each has a grace of its own. When the last is
// over, so is the connection (Run).
void Http2UpstreamConnection::NoticeDistrust() {
  if (transport_->distrust() == nullptr) return;
  for (Http2Upstream* stream : streams_) NoteReady(*stream);
  if (streams_.empty()) SendSoon();
}

void Http2UpstreamConnection::Fail(Error error) {
  dead_ = true;
  error_ = std::move(error);
  for (Http2Upstream* stream : streams_) stream->LoseConnection(error_);
}

// A user may destroy its stream, and no other; the connection stays.
void Http2UpstreamConnection::TellReady() {
  while (!ready_.empty()) {
    Http2Upstream* stream = ready_.back();
    ready_.pop_back();
    stream->TellUser();
  }
}

void Http2UpstreamConnection::Run() {
  if (dead_) {
    if (streams_.empty()) return owner_.OnOver(*this);  // the last thing that happens to it
    has_turn_ = true;
    TellReady();
    has_turn_ = false;
    return;
  }
  Pump();
  if (!dead_ && streams_.empty() && session_ != nullptr) {
    session_->Rest();
    transport_->Rest();
    if (going_away_ || !session_->may_request() || !transport_->Admitted()) {
      dead_ = true;
      SendSoon();
    }
  }
}

void Http2UpstreamConnection::OnUpstreamReady(UpstreamConnection& /*transport*/) { Pump(); }

// Nobody has needed it for a while.
void Http2UpstreamConnection::OnUpstreamTimer(UpstreamConnection& /*transport*/) {
  if (!streams_.empty()) return;
  SayFarewell();
  dead_ = true;
  SendSoon();
}

void Http2UpstreamConnection::SayFarewell() {
  if (session_ == nullptr || dead_) return;
  session_->GoAway(http2::Code::kNoError);
  (void)Send();
}

http2::StreamUser* Http2UpstreamConnection::OnRequest(int32_t, const http2::FieldBlock&, bool) {
  return nullptr;  // servers are asked, not clients
}

void Http2UpstreamConnection::OnMalformed(int32_t stream, http2::StreamUser* /*user*/,
                                          const http2::FieldBlock& /*block*/,
                                          std::string_view why) {
  for (Http2Upstream* candidate : streams_) {
    if (candidate->id() == stream) candidate->Refuse(std::string(why));
  }
}

void Http2UpstreamConnection::OnGoAway(int32_t last_stream, http2::Code /*code*/) {
  going_away_ = true;
  error_ = Error(ErrorCode::kUpstreamConnect, "the service is going away");
  for (Http2Upstream* stream : streams_) stream->NoteGoAway(last_stream);
}

}  // namespace pinlatch::proxy
