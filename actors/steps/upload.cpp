// FileUpload: the worker writes to us block by block (§13, pb.md §12). The file takes its name when
// it is whole; an error of ours is remembered, and the worker hears none: it would never say
// `complete`.
#include "actors/steps/arguments.hpp"
#include "actors/steps/transfers.hpp"

namespace troupe::steps {

using records::result_code;
using workers::datum;
using workers::transfer_method;

namespace {

constexpr std::int64_t block_size = 256 * 1024;

class upload final : public step_logic {
public:
  void begin(step_host& host) const override {
    host.notes()["offset"] = 0;
    auto args = datum::map();
    args.add("workdir", datum::text(host.workdir()));
    args.add(argument_name(host, "uploadFile", "workersrc", "slavesrc"),
             datum::text(text_of(host.argument("workersrc"))));
    args.add("writer", datum::object(workers::transfer_object::writer));
    args.add("maxsize", to_datum(host.argument("maxsize")));
    const auto& block = host.argument("blocksize");
    args.add("blocksize", block.is_number() ? to_datum(block) : datum::integer(block_size));
    args.add("keepstamp", datum::boolean(flag(host, "keepstamp")));
    host.run({"uploadFile", std::move(args), "stdio", false, false, {}, false});
    host.describe_done("uploading " + text_of(host.argument("workersrc")));
  }

  void transfer(step_host& host, const transfer_request& call) const override {
    auto& notes = host.notes();
    if (call.method == transfer_method::write && !call.args.empty() && call.args[0].as_text()
        && !notes.if_contains("trouble")) {
      const auto& data = *call.args[0].as_text();
      auto offset = notes["offset"].to_number<std::int64_t>();
      auto limit = host.argument("maxsize");
      auto room = limit.is_number() ? limit.to_number<std::int64_t>() - offset
                                    : static_cast<std::int64_t>(data.size());
      notes["request"] = call.request;
      file_request block;
      block.what = file_request::act::write;
      block.path = text_of(host.argument("masterdest"));
      block.offset = offset;
      block.data = data.substr(0, static_cast<std::size_t>(std::max<std::int64_t>(room, 0)));
      notes["offset"] = offset + static_cast<std::int64_t>(block.data.size());
      host.file(std::move(block));
      return;
    }
    if (call.method == transfer_method::close)
      notes["closed"] = true;
    if (call.method == transfer_method::utime && !call.args.empty()
        && call.args[0].items().size() == 2)
      notes["times"] = boost::json::array{call.args[0].items()[0].as_real().value_or(0),
                                          call.args[0].items()[1].as_real().value_or(0)};
    host.answer_transfer(call.request, datum::none());
  }

  void file_done(step_host& host, const file_outcome& block) const override {
    auto& notes = host.notes();
    if (auto* ending = notes.if_contains("ending")) {
      if (!block.ok)
        host.add_log("stderr", block.message + "\n");
      bool good = ending->get_bool() && block.ok;
      if (good && !text_of(host.argument("url")).empty())
        host.say("uploaded as " + text_of(host.argument("url")) + "\n");
      host.finish(good ? result_code::success : result_code::failure);
      return;
    }
    if (!block.ok)
      notes["trouble"] = to_json(block.message);
    host.answer_transfer(notes["request"].to_number<std::int64_t>(), datum::none());
  }

  // `utime` comes after `close`, so the file is finished when the command is.
  void command_done(step_host& host, const command_outcome& outcome) const override {
    auto& notes = host.notes();
    if (auto* trouble = notes.if_contains("trouble"))
      host.add_log("stderr", text_of(*trouble) + "\n");
    bool good = (!outcome.rc || *outcome.rc == 0) && !outcome.failed && !outcome.interrupted
                && !notes.if_contains("trouble") && notes.if_contains("closed");
    notes["ending"] = good;
    file_request last;
    last.path = text_of(host.argument("masterdest"));
    last.what = good ? file_request::act::close : file_request::act::discard;
    if (const auto& mode = host.argument("mode"); mode.is_number())
      last.mode = mode.to_number<std::int64_t>();
    if (auto* times = notes.if_contains("times"))
      last.times = {times->get_array()[0].to_number<double>(),
                    times->get_array()[1].to_number<double>()};
    host.file(std::move(last));
  }
};

const upload logic;

} // namespace

extern const component file_upload;
const component file_upload{
    .space = "steps",
    .name = "FileUpload",
    .use = component_use::step,
    .summary = "Copies a file from the worker to the master.",
    .arguments = halting_step_arguments(
        {{"workersrc", string, model::required, "The file on the worker."},
         {"masterdest", string, model::required, "Where it goes on the master."},
         {"workdir", string, "null", "Folder on the worker; by default the factory's."},
         {"maxsize", integer, "null", "Bytes, beyond which it fails."},
         {"blocksize", integer, "262144", "Bytes per message."},
         {"mode", integer, "null", "Access mode of the file on the master."},
         {"keepstamp", boolean, "false", "Whether the file keeps its times."},
         {"url", string, "null", "Link to the file, for the step's page."},
         {"urlText", string, "null", "Text of the link."}}),
    .role = &logic,
};

} // namespace troupe::steps
