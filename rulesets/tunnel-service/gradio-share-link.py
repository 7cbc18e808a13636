import gradio as gr

demo = gr.Interface(fn=str.upper, inputs="text", outputs="text")
# ok: gradio-share-link
demo.launch()
# ok: gradio-share-link
demo.launch(server_name="127.0.0.1", share=False)
# ruleid: gradio-share-link
demo.launch(share=True)
# ruleid: gradio-share-link
gr.Blocks().launch(server_port=7860, share=True)
