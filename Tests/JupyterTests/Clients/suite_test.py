"""The checks of jupyter_kernel_test."""

import unittest

import jupyter_kernel_test


class Suite(jupyter_kernel_test.KernelTests):
    kernel_name = "ddpm"
    language_name = "ddpm"
    file_extension = ".ddpm"
    code_hello_world = 'print "hello, world"'
    # There is no folder for the store of runs, of which evaluate tells.
    code_stderr = "load strokes count=40; model kmeans; train; evaluate"
    completion_samples = [
        {"text": "plot ts", "matches": {"tsne"}},
        {"text": "evalu", "matches": {"evaluate"}},
    ]
    complete_code_samples = ["seed 1", "repeat 2 { seed $i }", "# a comment"]
    incomplete_code_samples = ["repeat 2 {", "for a in 1 2 { seed $a"]
    invalid_code_samples = ["let = 3", "train )"]
    code_page_something = "help train"
    code_generate_error = "no such command"
    code_inspect_sample = "train"
    code_execute_result = [{"code": "datasets", "mime": "text/html"}, {"code": "datasets"}]
    code_display_data = [
        {"code": "load strokes count=20; images out=a.png overwrite=on", "mime": "image/png"},
        {"code": "load strokes count=20; images out=a.svg overwrite=on", "mime": "image/svg+xml"},
    ]
    code_history_pattern = "datas?ts"
    code_clear_output = "print a; clear; print b"
    supported_history_operations = ("tail", "range", "search")


class Welcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "ddpm"
    support_iopub_welcome = True


if __name__ == "__main__":
    unittest.main()
