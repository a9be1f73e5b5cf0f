"""Everyday words of countries, languages, cities, directions and papers: English|German|French|Chinese."""

from __future__ import annotations

CONCEPTS = """
germany|deutschland|allemagne|德国
german|deutsch,deutsche|allemand,allemande|德语,德文,德国
france|frankreich|france|法国
french|französisch,franzose|français,française|法语,法文,法国
england,britain|england,großbritannien|angleterre,grande-bretagne|英国
english,british|englisch,britisch|anglais,anglaise,britannique|英语,英文,英国
china|china|chine|中国
chinese|chinesisch|chinois,chinoise|中文,汉语,中国
switzerland|schweiz|suisse|瑞士
austria|österreich|autriche|奥地利
italy|italien|italie|意大利
italian|italienisch|italien,italienne|意大利语,意大利
spain|spanien|espagne|西班牙
spanish|spanisch|espagnol,espagnole|西班牙语,西班牙
portugal|portugal|portugal|葡萄牙
portuguese|portugiesisch|portugais|葡萄牙语
netherlands,holland|niederlande,holland|pays-bas,hollande|荷兰
dutch|niederländisch,holländisch|néerlandais,hollandais|荷兰语
belgium|belgien|belgique|比利时
denmark|dänemark|danemark|丹麦
danish|dänisch|danois|丹麦语
sweden|schweden|suède|瑞典
swedish|schwedisch|suédois|瑞典语
norway|norwegen|norvège|挪威
norwegian|norwegisch|norvégien|挪威语
finland|finnland|finlande|芬兰
poland|polen|pologne|波兰
greece|griechenland|grèce|希腊
greek|griechisch|grec,grecque|希腊语,希腊
russia|russland|russie|俄罗斯,俄国
russian|russisch|russe|俄语,俄文
turkish|türkisch|turc,turque|土耳其语,土耳其
japan|japan|japon|日本
japanese|japanisch|japonais,japonaise|日语,日文,日本
korea|korea|corée|韩国
korean|koreanisch|coréen|韩语,韩文
india|indien|inde|印度
america,united states,usa|amerika,vereinigte staaten,usa|amérique,états-unis|美国
american|amerikanisch|américain,américaine|美国
canada|kanada|canada|加拿大
australia|australien|australie|澳大利亚,澳洲
africa|afrika|afrique|非洲
europe|europa|europe|欧洲
latin|latein|latin|拉丁语,拉丁文
arabic|arabisch|arabe|阿拉伯语
beijing|peking|pékin|北京
shanghai|shanghai|shanghai|上海
hong kong|hongkong|hong kong|香港
london|london|londres|伦敦
paris|paris|paris|巴黎
berlin|berlin|berlin|柏林
munich|münchen|munich|慕尼黑
cologne|köln|cologne|科隆
hamburg|hamburg|hambourg|汉堡
vienna|wien|vienne|维也纳
geneva|genf|genève|日内瓦
zurich|zürich|zurich|苏黎世
basel|basel|bâle|巴塞尔
brussels|brüssel|bruxelles|布鲁塞尔
lyon|lyon|lyon|里昂
strasbourg|straßburg|strasbourg|斯特拉斯堡
rome|rom|rome|罗马
milan|mailand|milan|米兰
venice|venedig|venise|威尼斯
florence|florenz|florence|佛罗伦萨
athens|athen|athènes|雅典
lisbon|lissabon|lisbonne|里斯本
madrid|madrid|madrid|马德里
copenhagen|kopenhagen|copenhague|哥本哈根
prague|prag|prague|布拉格
warsaw|warschau|varsovie|华沙
moscow|moskau|moscou|莫斯科
tokyo|tokio|tokyo|东京
new york|new york|new york|纽约
lake constance|bodensee|lac de constance|博登湖
black forest|schwarzwald|forêt-noire|黑森林
alps|alpen|alpes|阿尔卑斯
baltic sea|ostsee|mer baltique|波罗的海
north sea|nordsee|mer du nord|北海
north,northern|norden,nördlich|nord|北边,北部,北面,北方
south,southern|süden,südlich|sud|南边,南部,南面,南方
west,western|westen,westlich|ouest|西边,西部,西面
east,eastern|osten,östlich|orient,oriental|东边,东部,东面
almanac,yearbook|almanach,jahrbuch|almanach,annuaire|年鉴,年历,历书
copies|exemplar,exemplare|exemplaire,exemplaires|册,印数
subscribe,subscribed|zeichnen,gezeichnet|souscrire,souscrit|认购
proof,proofs|druckfahne,korrekturfahne|épreuve|校样
manuscript|manuskript|manuscrit|手稿,稿子
editor|lektor,lektorin,redakteur|rédacteur,correcteur|编辑
majority|mehrheit|majorité|多数
volunteer|ehrenamtliche,freiwillige|bénévole|志愿者
cooperative|genossenschaft|coopérative|合作社
stock,inventory|bestand,vorrat,inventar|stock,inventaire|库存
"""
