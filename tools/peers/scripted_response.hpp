// SCRIPTED RESPONSE: makes the calls of a script, a recorded command's for instance, with their
// delays. Where the master's answers decide (a file to download, an interruption), it departs from
// the script as a stock worker would.
#pragma once

#include "tools/peers/response.hpp"

namespace troupe::peers {

struct scripted_call {
  span after{};       ///< From the command's beginning.
  std::string object; ///< "writer" or "reader"; empty: the command itself.
  std::string method;
  std::vector<wire::jelly> args;
  TROUPE_FIELDS(after, object, method, args)
};

class scripted_response final : public response {
public:
  /// `calls` outlive this. Delays are divided by `speed`. A script without `complete` was cut off
  /// after `lasted`.
  scripted_response(command what, const std::vector<scripted_call>& calls, span lasted,
                    double speed)
    : response{std::move(what)}, calls_{calls}, lasted_{lasted}, speed_{speed} {}

  std::optional<span> due() const override;
  progress advance(span now) override;
  void finish(span now) override;
  bool interrupt() override;
  void transfer_answered(const wire::jelly& value) override;
  void transfer_failed() override;

private:
  bool is_cut_short() const { return interrupted_ || next_ >= calls_.size(); }
  void transfer(std::string_view method, std::vector<wire::jelly> args);

  const std::vector<scripted_call>& calls_;
  span lasted_;
  double speed_;
  std::size_t next_ = 0;  ///< Of the calls.
  bool waits_ = false;    ///< A call of the transfer has no answer yet.
  bool reads_on_ = false; ///< The block that was read last was not empty.
  bool closed_ = false;   ///< The transfer.
  bool interrupted_ = false;
};

/// What a stock worker calls for a command that succeeds and prints nothing. An uploaded file has
/// `upload_bytes`; `elapsed` adds that update.
std::vector<scripted_call> stock_script(std::string_view name, std::int64_t upload_bytes = 0,
                                        bool elapsed = false);

/// The same for each command that a stock worker knows, and for others.
class stock_scripts {
public:
  explicit stock_scripts(std::int64_t upload_bytes = 0, bool elapsed = false);
  const std::vector<scripted_call>& of(const std::string& command) const;

private:
  std::map<std::string, std::vector<scripted_call>> scripts_;
};

} // namespace troupe::peers
