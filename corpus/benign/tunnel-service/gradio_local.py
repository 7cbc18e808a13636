"""Fine-tuning demo with a web page on this machine."""

import threading

import gradio as gr

state = {"step": 0, "loss": 0.0}


def train(steps: int = 1000) -> None:
    for step in range(steps):
        state["step"] = step
        state["loss"] = 1.0 / (step + 1)


def show() -> str:
    return f"step {state['step']}, loss {state['loss']:.4f}"


def main() -> None:
    threading.Thread(target=train, daemon=True).start()
    with gr.Blocks() as page:
        text = gr.Textbox(label="state")
        gr.Button("refresh").click(show, outputs=text)
    page.launch(server_name="127.0.0.1", server_port=7860, share=False)


if __name__ == "__main__":
    main()
