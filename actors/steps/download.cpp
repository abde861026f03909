// FileDownload, StringDownload, JSONStringDownload: the worker reads from us block by block (§13,
// pb.md §12). An error of ours never reaches the worker as one: it would never say `complete`.
#include "actors/steps/arguments.hpp"
#include "actors/steps/transfers.hpp"

namespace troupe::steps {

using records::result_code;
using workers::datum;
using workers::transfer_method;

namespace {

class download final : public step_logic {
public:
  enum class source { file, text, json_text };
  explicit download(source from) : from_{from} {}

  void begin(step_host& host) const override {
    host.run(download_request(host, host.workdir(), text_of(host.argument("workerdest")),
                              host.argument("mode")));
    host.describe_done("downloading to " + text_of(host.argument("workerdest")));
  }

  void transfer(step_host& host, const transfer_request& call) const override {
    if (from_ != source::file || call.method != transfer_method::read || call.args.empty()) {
      answer_read(host, call,
                  from_ == source::json_text ? print(host.argument("o"))
                                             : text_of(host.argument("s")));
      return;
    }
    host.notes()["request"] = call.request;
    file_request block;
    block.path = text_of(host.argument("mastersrc"));
    block.offset = host.notes()["offset"].to_number<std::int64_t>();
    block.size = static_cast<std::int64_t>(read_size(call));
    host.file(std::move(block));
  }

  void file_done(step_host& host, const file_outcome& block) const override {
    auto request = host.notes()["request"].to_number<std::int64_t>();
    if (!block.ok)
      host.notes()["trouble"] = to_json(block.message);
    host.notes()["offset"] = host.notes()["offset"].to_number<std::int64_t>()
                             + static_cast<std::int64_t>(block.data.size());
    host.answer_transfer(request, datum::raw(block.data));
  }

  void command_done(step_host& host, const command_outcome& outcome) const override {
    auto* trouble = host.notes().if_contains("trouble");
    if (trouble)
      host.add_log("stderr", text_of(*trouble) + "\n");
    host.finish(outcome.good() && !trouble ? result_code::success : result_code::failure);
  }

private:
  source from_;
};

const download file_conduct{download::source::file}, text_conduct{download::source::text},
    json_conduct{download::source::json_text};

arguments download_arguments(model::argument source) {
  return halting_step_arguments(
      {std::move(source),
       {"workerdest", string, model::required, "Where it goes on the worker."},
       {"workdir", string, "null", "Folder on the worker; by default the factory's."},
       {"maxsize", integer, "null", "Bytes, beyond which it fails."},
       {"blocksize", integer, "16384", "Bytes per message."},
       {"mode", integer, "null", "Access mode of the file on the worker."}});
}

} // namespace

extern const component file_download, string_download, json_string_download;

const component file_download{
    .space = "steps",
    .name = "FileDownload",
    .use = component_use::step,
    .summary = "Copies a file from the master to the worker.",
    .arguments =
        download_arguments({"mastersrc", string, model::required, "The file on the master."}),
    .role = &file_conduct,
};

const component string_download{
    .space = "steps",
    .name = "StringDownload",
    .use = component_use::step,
    .summary = "Writes a text to a file on the worker.",
    .arguments = download_arguments({"s", string, model::required, "The text."}),
    .positional = {.count = 1},
    .role = &text_conduct,
};

const component json_string_download{
    .space = "steps",
    .name = "JSONStringDownload",
    .use = component_use::step,
    .summary = "Writes a value as JSON to a file on the worker.",
    .arguments = download_arguments({"o", model::types::any, model::required, "The value."}),
    .positional = {.count = 1},
    .role = &json_conduct,
};

} // namespace troupe::steps
